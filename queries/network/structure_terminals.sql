-- What terminals bought in the period, with the region and province they were in when they bought.
-- grain: one row a terminal, region and province
-- columns:
--   terminal_id    varchar        the terminal
--   region_id      varchar        its region; empty where unassigned
--   region_name    varchar        name of the region
--   province_id    varchar        its province; empty where there is none
--   province_name  varchar        name of the province
--   sales_amount   decimal(38,2)  pure sales from everybody, net of returns, above zero
with sold as (
    select
        terminal_id,
        territory_id,
        sum(sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by terminal_id, territory_id
),
placed as (
    select
        sold.terminal_id,
        coalesce(territory_places.region_id, territories.territory_id) as region_id,
        territory_places.province_id,
        sum(sold.sales_amount) as sales_amount
    from sold
    left join territories on territories.territory_id = sold.territory_id
    left join territory_places on territory_places.territory_id = sold.territory_id
    group by sold.terminal_id, coalesce(territory_places.region_id, territories.territory_id), territory_places.province_id
)
select
    placed.terminal_id,
    placed.region_id,
    regions.name as region_name,
    placed.province_id,
    provinces.name as province_name,
    cast(placed.sales_amount as decimal(38, 2)) as sales_amount
from placed
left join territories as regions on regions.territory_id = placed.region_id
left join territories as provinces on provinces.territory_id = placed.province_id
where placed.sales_amount > 0
order by placed.terminal_id, placed.region_id, placed.province_id
