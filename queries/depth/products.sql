-- The product line of every product.
-- grain: one row a product
-- columns:
--   product_id    varchar  the product
--   product_line  varchar  its product line; empty where not said
select
    product_id,
    product_line
from products
order by product_id
