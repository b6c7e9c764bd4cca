-- The days on which one terminal bought or sent back, from the lines themselves: its rhythm is read off them.
-- grain: one row a day
-- parameters:
--   terminal  varchar  ''            the terminal
--   since     date     period_start  first day looked at
-- columns:
--   ordered_on         date           the day; the last day of the month where flows carry months only
--   order_amount       decimal(38,2)  value of the day, net of returns
--   return_amount      decimal(38,2)  returns within it, zero or negative
--   product_count      bigint         products on it
--   distributor_names  varchar        who sold
with months as (
    -- the sellers and the months that matter, so that little of the lines is read
    select
        seller_id,
        min(sales_month) as first_month
    from terminal_months
    where terminal_id = $terminal::varchar
    group by seller_id
),
chosen_products as (
    select product_id
    from products
    where in_list($manufacturers, manufacturer_id) and in_list($product_lines, product_line)
),
picked as (
    select
        case when workspace.is_monthly then last_day(flows.occurred_on) else flows.occurred_on end as ordered_on,
        flows.seller_id,
        flows.product_id,
        flows.amount
    from flows
    cross join workspace
    where flows.buyer_id = $terminal::varchar
        and flows.seller_id in (select months.seller_id from months)
        and flows.occurred_on >= $since::date
        and flows.occurred_on < $period_end::date
        and (
            (len($manufacturers::varchar[]) = 0 and len($product_lines::varchar[]) = 0)
            or flows.product_id in (select chosen_products.product_id from chosen_products)
        )
)
select
    picked.ordered_on,
    sum(picked.amount)::decimal(38, 2) as order_amount,
    sum(least(picked.amount, 0))::decimal(38, 2) as return_amount,
    count(distinct picked.product_id) as product_count,
    string_agg(distinct coalesce(distributors.name, manufacturers.name, picked.seller_id), ', ') as distributor_names
from picked
left join distributors on distributors.distributor_id = picked.seller_id
left join manufacturers on manufacturers.manufacturer_id = picked.seller_id
group by picked.ordered_on
order by picked.ordered_on
