-- Product lines a reader may filter by, largest first.
-- grain: one row a product line
-- columns:
--   product_line  varchar  the product line
select products.product_line
from products
left join sales_months on sales_months.product_id = products.product_id
where products.product_line is not null
group by products.product_line
order by coalesce(sum(sales_months.sales_amount), 0) desc, products.product_line
