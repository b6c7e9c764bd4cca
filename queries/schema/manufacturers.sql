-- Brand owners (厂家): who makes the products.
-- grain: one row a manufacturer
-- key: manufacturer_id
-- required: manufacturer_id, name
-- columns:
--   manufacturer_id  varchar  stable id
--   name             varchar  name on the screen
--   name_en          varchar  name in English, shown on the English screen; empty where it is the same
select
    manufacturer_id,
    shown_name(name, name_en) as name,
    name_en
from stored.manufacturers
