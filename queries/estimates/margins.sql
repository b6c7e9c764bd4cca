-- What either side keeps of one unit of an activity's pure sales: margin over sales of what its terminals bought from a
-- year before it to six months after it, at the prices of the flow lines.
-- Manufacturer: price to distributors less cost, less the rebate agreed; on direct sales the price paid less cost.
-- Distributor: price paid less price to distributors, plus that rebate. Both together: price paid less cost.
-- The price to distributors is the product's own, where that is empty the mean of its sell-in.
-- Rates are empty where products of known cost and price make up less than four fifths of the sales.
-- grain: one row an activity with terminals that bought
-- columns:
--   activity_id               varchar  the activity
--   manufacturer_margin_rate  double   share of pure sales that is the manufacturer's margin
--   distributor_margin_rate   double   share of pure sales that is the distributors' margin
--   known_share               double   share of the sales with known cost and price
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
taking_part as (
    select
        activity_terminals.activity_id,
        activity_terminals.terminal_id,
        cast(date_trunc('month', activities.starts_on) as date) as start_month
    from activity_terminals
    join activities on activities.activity_id = activity_terminals.activity_id
    where coalesce(activity_terminals.is_attended, activity_terminals.is_invited, true)
),
bought as (
    select
        taking_part.activity_id,
        sales_months.product_id,
        sales_months.sales_month,
        sales_months.distributor_id,
        sales_months.manufacturer_id,
        sum(sales_months.sales_amount) as amount,
        sum(sales_months.sales_quantity)::double as quantity
    from taking_part
    join sales_months
        on sales_months.terminal_id = taking_part.terminal_id
        and sales_months.sales_month >= taking_part.start_month - interval 12 month
        and sales_months.sales_month < taking_part.start_month + interval 6 month
    group by
        taking_part.activity_id,
        sales_months.product_id,
        sales_months.sales_month,
        sales_months.distributor_id,
        sales_months.manufacturer_id
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
        bought.amount,
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
),
summed as (
    select
        activity_id,
        sum(amount)::double as all_amount,
        (sum(amount) filter (where is_known))::double as known_amount,
        (sum(whole_margin) filter (where is_known))::double as whole_margin,
        (sum(distributor_margin) filter (where is_known))::double as distributor_margin
    from margins
    group by activity_id
)
select
    activity_id,
    case
        when known_amount >= 0.8 * all_amount then (whole_margin - distributor_margin) / nullif(known_amount, 0)
    end as manufacturer_margin_rate,
    case when known_amount >= 0.8 * all_amount then distributor_margin / nullif(known_amount, 0) end as distributor_margin_rate,
    coalesce(known_amount, 0) / nullif(all_amount, 0) as known_share
from summed
where all_amount > 0
order by activity_id
