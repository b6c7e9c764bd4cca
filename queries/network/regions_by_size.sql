-- Regions of the company by what they ever bought: which of them have a colour of their own, whatever the filters are.
-- grain: one row a region
-- columns:
--   region_id     varchar        the region
--   region_name   varchar        its name
--   sales_amount  decimal(38,2)  pure sales of all months
select
    territories.territory_id as region_id,
    territories.name as region_name,
    cast(sum(coalesce(sales_months.sales_amount, 0)) as decimal(38, 2)) as sales_amount
from territory_places
join territories on territories.territory_id = coalesce(territory_places.region_id, territory_places.territory_id)
left join sales_months on sales_months.territory_id = territory_places.territory_id
group by territories.territory_id, territories.name
order by sales_amount desc, region_id
