-- What either side keeps of the pure sales of an activity's terminals, supplier by supplier, at the prices of the flow
-- lines: sales from a year before it to six months after it give the margins, those of the six months the supply.
-- Manufacturer: price to distributors less cost, less the rebate agreed; on direct sales the price paid less cost.
-- Distributor: price paid less price to distributors, plus that rebate. Both together: price paid less cost.
-- The price to distributors is the product's own, where that is empty the mean of its sell-in.
-- grain: one row an activity and supplier of its terminals
-- columns:
--   activity_id                 varchar        the activity
--   supplier_id                 varchar        the distributor; empty where the manufacturer supplied directly
--   supplied_amount             decimal(38,2)  pure sales in its month and the five after, net of returns
--   sold_amount                 decimal(38,2)  pure sales of the whole window, a year before included
--   known_amount                decimal(38,2)  the part of it whose products have a known cost and price
--   manufacturer_margin_amount  decimal(38,6)  the manufacturer's margin on that part
--   distributor_margin_amount   decimal(38,6)  the distributor's margin on that part
with prices as (
    select
        products.product_id,
        products.cost_amount::double as unit_cost,
        coalesce(
            products.distributor_price_amount::double,
            (
                select sum(flow_months.flow_amount)::double / nullif(sum(flow_months.flow_quantity)::double, 0)
                from flow_months
                where flow_months.product_id = products.product_id and flow_months.stage = 'sell_in'
            )
        ) as distributor_price
    from products
),
bought as (
    select
        attending.activity_id,
        sales_months.product_id,
        sales_months.sales_month,
        sales_months.distributor_id,
        sales_months.manufacturer_id,
        sales_months.sales_month >= date_trunc('month', activities.starts_on) as is_after,
        sum(sales_months.sales_amount) as amount,
        sum(sales_months.sales_quantity)::double as quantity
    from took_part() as attending
    join activities on activities.activity_id = attending.activity_id
    join sales_months
        on sales_months.terminal_id = attending.terminal_id
        and sales_months.sales_month >= date_trunc('month', activities.starts_on) - interval 12 month
        and sales_months.sales_month < date_trunc('month', activities.starts_on) + interval 6 month
    group by
        attending.activity_id,
        sales_months.product_id,
        sales_months.sales_month,
        sales_months.distributor_id,
        sales_months.manufacturer_id,
        is_after
),
rebates as (
    select
        bought.activity_id,
        bought.product_id,
        bought.sales_month,
        bought.distributor_id,
        max(agreements.rebate_rate) as rebate_rate
    from bought
    join agreements
        on agreements.distributor_id = bought.distributor_id
        and (agreements.manufacturer_id is null or agreements.manufacturer_id = bought.manufacturer_id)
        and coalesce(agreements.starts_on, date '1900-01-01') <= last_day(bought.sales_month)
        and coalesce(agreements.ends_on, date '2999-12-31') >= bought.sales_month
    where agreements.rebate_rate is not null
    group by bought.activity_id, bought.product_id, bought.sales_month, bought.distributor_id
),
margins as (
    select
        bought.activity_id,
        bought.distributor_id,
        bought.amount,
        bought.is_after,
        prices.unit_cost is not null and (bought.distributor_id is null or prices.distributor_price is not null) as is_known,
        -- as decimals, so that the sum does not depend on the order in which it is made
        (bought.amount::double - bought.quantity * prices.unit_cost)::decimal(38, 6) as whole_margin,
        case
            when bought.distributor_id is null then 0::decimal(38, 6)
            else (
                bought.amount::double
                - bought.quantity * prices.distributor_price * (1 - coalesce(rebates.rebate_rate, 0))
            )::decimal(38, 6)
        end as distributor_margin
    from bought
    left join prices on prices.product_id = bought.product_id
    left join rebates
        on rebates.activity_id = bought.activity_id
        and rebates.product_id = bought.product_id
        and rebates.sales_month = bought.sales_month
        and rebates.distributor_id = bought.distributor_id
)
select
    activity_id,
    coalesce(distributor_id, '') as supplier_id,
    coalesce(sum(amount) filter (where is_after), 0)::decimal(38, 2) as supplied_amount,
    sum(amount)::decimal(38, 2) as sold_amount,
    coalesce(sum(amount) filter (where is_known), 0)::decimal(38, 2) as known_amount,
    coalesce(sum(whole_margin - distributor_margin) filter (where is_known), 0)::decimal(38, 6) as manufacturer_margin_amount,
    coalesce(sum(distributor_margin) filter (where is_known), 0)::decimal(38, 6) as distributor_margin_amount
from margins
group by activity_id, supplier_id
order by activity_id, supplier_id
