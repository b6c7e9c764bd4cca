-- Products at SKU level (品规).
-- grain: one row a product
-- key: product_id
-- required: product_id, name
-- refers: manufacturer_id to manufacturers
-- columns:
--   product_id                varchar        stable id
--   name                      varchar        name on the screen
--   name_en                   varchar        name in English, shown on the English screen; empty where it is the same
--   manufacturer_id           varchar        who makes it
--   product_line              varchar        product line (产品线)
--   category                  varchar        category within the line
--   unit                      varchar        standard unit, such as box or test (盒, 人份)
--   list_price_amount         decimal(18,2)  list price of one unit
--   cost_amount               decimal(18,2)  maker's cost of one unit
--   distributor_price_amount  decimal(18,2)  price of one unit to distributors
--   terminal_price_amount     decimal(18,2)  price of one unit to terminals
--   is_specialty              boolean        whether it is a specialty item (特殊项目)
--   launched_on               date           day of launch
select
    product_id,
    shown_name(name, name_en) as name,
    name_en,
    manufacturer_id,
    product_line,
    category,
    unit,
    list_price_amount,
    cost_amount,
    distributor_price_amount,
    terminal_price_amount,
    is_specialty,
    launched_on
from stored.products
