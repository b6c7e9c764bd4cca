-- Distributors whose last counted stock would last more than 60 days at what left them in the three whole months before it.
-- Stock and outflow are in units by product, rolled up at the price to distributors; days are never averaged.
-- grain: one row a distributor, largest excess first
-- columns:
--   distributor_id    varchar        the distributor
--   distributor_name  varchar        its name
--   counted_on        date           day of the last count
--   stock_amount      decimal(38,2)  stock at the price to distributors
--   stock_days        double         days it would last
--   excess_amount     decimal(38,2)  stock beyond 60 days
with last_counts as (
    select
        distributor_id,
        max(counted_on) as counted_on
    from stocks
    where in_list($distributors, distributor_id)
    group by distributor_id
),
counted as (
    select
        stocks.distributor_id,
        stocks.product_id,
        last_counts.counted_on,
        sum(stocks.quantity) as quantity
    from stocks
    join last_counts on last_counts.distributor_id = stocks.distributor_id and last_counts.counted_on = stocks.counted_on
    group by stocks.distributor_id, stocks.product_id, last_counts.counted_on
),
-- the last three months that were whole on the day of the count stand for 90 days
outflow as (
    select
        flow_months.seller_id as distributor_id,
        flow_months.product_id,
        sum(flow_months.flow_quantity) as quantity
    from flow_months
    join last_counts on last_counts.distributor_id = flow_months.seller_id
    where flow_months.flow_month >= date_trunc('month', last_counts.counted_on + 1) - interval 3 month
        and flow_months.flow_month < date_trunc('month', last_counts.counted_on + 1)
    group by flow_months.seller_id, flow_months.product_id
),
valued as (
    select
        coalesce(counted.distributor_id, outflow.distributor_id) as distributor_id,
        sum(coalesce(counted.quantity, 0) * coalesce(products.distributor_price_amount, products.list_price_amount, 0)) as stock_amount,
        sum(coalesce(outflow.quantity, 0) * coalesce(products.distributor_price_amount, products.list_price_amount, 0)) as outflow_amount
    from counted
    full join outflow on outflow.distributor_id = counted.distributor_id and outflow.product_id = counted.product_id
    join products on products.product_id = coalesce(counted.product_id, outflow.product_id)
    where in_list($manufacturers, products.manufacturer_id) and in_list($product_lines, products.product_line)
    group by coalesce(counted.distributor_id, outflow.distributor_id)
)
select
    valued.distributor_id,
    distributors.name as distributor_name,
    last_counts.counted_on,
    valued.stock_amount::decimal(38, 2) as stock_amount,
    valued.stock_amount::double / (valued.outflow_amount::double / 90) as stock_days,
    (valued.stock_amount - valued.outflow_amount * 60 / 90)::decimal(38, 2) as excess_amount
from valued
join distributors on distributors.distributor_id = valued.distributor_id
join last_counts on last_counts.distributor_id = valued.distributor_id
where valued.outflow_amount > 0
    and valued.stock_amount::double / (valued.outflow_amount::double / 90) > 60
    and in_territories($territories, distributors.territory_id)
order by excess_amount desc, valued.distributor_id
