-- To check: distributors that sold a line to terminals below the norm of the area and below what they pay themselves. The
-- norm of a product, zone and quarter is the median price of the other distributors there, or everywhere where fewer than
-- least_rivals sell it there; the own price is what the distributor paid on average in the twelve months to the quarter's end.
-- Where no purchase is recorded the price must lie deep_gap below the norm. Prices are value over quantity, net of returns.
-- grain: one row a distributor and product line
-- parameters:
--   least_gap     double   0.10  share below the norm from which on a price counts
--   deep_gap      double   0.25  the same where the own purchase price is not known
--   least_rivals  integer  2     other distributors that make a norm
--   least_cells   integer  2     products and quarters in which it happened
--   least_lines   integer  8     shipment lines
-- columns:
--   distributor_id    varchar        the distributor
--   subject_id        varchar        the product line
--   sales_amount      decimal(38,2)  pure sales at such prices
--   measure           double         how far below the norm, by value
--   reference         double         price over the own purchase price; empty where no purchase is recorded
--   norm_amount       decimal(38,2)  what the norm would have brought for the same goods
--   product_count     bigint         products
--   terminal_count    bigint         terminals that bought them
--   line_count        bigint         shipment lines
with placed as (
    select
        territory_places.territory_id,
        coalesce(territory_zones.zone_id, territory_places.province_id, territory_places.region_id) as zone_id
    from territory_places
    left join territory_zones on territory_zones.territory_id = territory_places.territory_id
),
cells as (
    select
        sales.distributor_id,
        sales.product_id,
        sales.product_line,
        coalesce(placed.zone_id, '') as zone_id,
        cast(date_trunc('quarter', sales.sales_month) as date) as sales_quarter,
        sum(sales.sales_amount) as amount,
        sum(sales.sales_amount)::double / sum(sales.sales_quantity)::double as price,
        sum(sales.sales_quantity) as quantity,
        sum(sales.line_count) as line_count
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[]) as sales
    left join placed on placed.territory_id = sales.territory_id
    where sales.distributor_id is not null
        and sales.sales_month >= $period_start::date
        and sales.sales_month < $period_end::date
    group by
        sales.distributor_id,
        sales.product_id,
        sales.product_line,
        coalesce(placed.zone_id, ''),
        cast(date_trunc('quarter', sales.sales_month) as date)
    having sum(sales.sales_quantity) > 0 and sum(sales.sales_amount) > 0
),
-- the others' median out of the sorted prices of all: the own place is stepped over
placed_cells as (
    select
        *,
        row_number() over (partition by product_id, zone_id, sales_quarter order by price, distributor_id) as place
    from cells
),
sorted as (
    select
        product_id,
        zone_id,
        sales_quarter,
        list(price order by price, distributor_id) as prices
    from cells
    group by product_id, zone_id, sales_quarter
),
country as (
    select
        product_id,
        sales_quarter,
        median(price) as price,
        count(distinct distributor_id) as seller_count
    from cells
    group by product_id, sales_quarter
),
stepped as (
    select
        placed_cells.*,
        sorted.prices,
        len(sorted.prices) - 1 as rival_count,
        cast(ceil((len(sorted.prices) - 1) / 2.0) as integer) as low,
        cast(floor((len(sorted.prices) - 1) / 2.0) as integer) + 1 as high
    from placed_cells
    join sorted on sorted.product_id = placed_cells.product_id
        and sorted.zone_id = placed_cells.zone_id
        and sorted.sales_quarter = placed_cells.sales_quarter
),
normed as (
    select
        stepped.* exclude (prices),
        case
            when stepped.rival_count >= $least_rivals::integer then (
                stepped.prices[stepped.low + case when stepped.low >= stepped.place then 1 else 0 end]
                + stepped.prices[stepped.high + case when stepped.high >= stepped.place then 1 else 0 end]
            ) / 2
            when country.seller_count > $least_rivals::integer then country.price
        end as norm
    from stepped
    join country on country.product_id = stepped.product_id and country.sales_quarter = stepped.sales_quarter
),
cheap as (
    select *
    from normed
    where price <= norm * (1 - $least_gap::double)
        and in_list($distributors, distributor_id)
),
purchases as (
    select
        cheap_sellers.distributor_id,
        cheap_sellers.product_id,
        cheap_sellers.sales_quarter,
        sum(flow_months.flow_amount)::double / nullif(sum(flow_months.flow_quantity)::double, 0) as price
    from (select distinct distributor_id, product_id, sales_quarter from cheap) as cheap_sellers
    join flow_months on flow_months.buyer_id = cheap_sellers.distributor_id
        and flow_months.product_id = cheap_sellers.product_id
        and flow_months.stage in ('sell_in', 'transfer')
        and flow_months.flow_month >= cheap_sellers.sales_quarter - interval 9 month
        and flow_months.flow_month < cheap_sellers.sales_quarter + interval 3 month
    group by cheap_sellers.distributor_id, cheap_sellers.product_id, cheap_sellers.sales_quarter
    having sum(flow_months.flow_amount) > 0 and sum(flow_months.flow_quantity) > 0
),
picked as (
    select
        cheap.*,
        purchases.price as paid
    from cheap
    left join purchases on purchases.distributor_id = cheap.distributor_id
        and purchases.product_id = cheap.product_id
        and purchases.sales_quarter = cheap.sales_quarter
    where cheap.price < purchases.price
        or (purchases.price is null and cheap.price <= cheap.norm * (1 - $deep_gap::double))
),
reach as (
    select
        sales.distributor_id,
        picked_goods.product_line,
        count(distinct sales.terminal_id) as terminal_count
    from (select distinct distributor_id, product_id, product_line from picked) as picked_goods
    join sales_months as sales on sales.distributor_id = picked_goods.distributor_id
        and sales.product_id = picked_goods.product_id
    where sales.sales_month >= $period_start::date and sales.sales_month < $period_end::date
    group by sales.distributor_id, picked_goods.product_line
)
select
    picked.distributor_id,
    picked.product_line as subject_id,
    cast(sum(picked.amount) as decimal(38, 2)) as sales_amount,
    1 - sum(picked.amount)::double / sum(picked.norm * picked.quantity::double) as measure,
    sum(case when picked.paid is not null then picked.amount::double end) / nullif(sum(picked.paid * picked.quantity::double), 0) as reference,
    cast(sum(picked.norm * picked.quantity::double) as decimal(38, 2)) as norm_amount,
    count(distinct picked.product_id) as product_count,
    coalesce(max(reach.terminal_count), 0) as terminal_count,
    cast(sum(picked.line_count) as bigint) as line_count
from picked
left join reach on reach.distributor_id = picked.distributor_id and reach.product_line is not distinct from picked.product_line
group by picked.distributor_id, picked.product_line
having sum(picked.line_count) >= $least_lines::integer and count(*) >= $least_cells::integer
order by sales_amount desc, picked.distributor_id, picked.product_line
