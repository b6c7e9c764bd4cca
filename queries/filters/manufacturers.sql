-- Manufacturers a reader may filter by, largest first.
-- grain: one row a manufacturer
-- columns:
--   manufacturer_id  varchar  the manufacturer
--   name             varchar  its name
select
    manufacturers.manufacturer_id,
    manufacturers.name
from manufacturers
left join sales_months on sales_months.manufacturer_id = manufacturers.manufacturer_id
group by manufacturers.manufacturer_id, manufacturers.name
order by coalesce(sum(sales_months.sales_amount), 0) desc, manufacturers.manufacturer_id
