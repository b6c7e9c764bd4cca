-- Where a product stands on its way into an institution (进院).
-- grain: one row a terminal and product
-- key: terminal_id, product_id
-- required: terminal_id, product_id, stage
-- refers: terminal_id to terminals; product_id to products
-- allowed: stage in target, applied, listed, first_order, regular
-- columns:
--   terminal_id  varchar  the terminal
--   product_id   varchar  the product
--   stage        varchar  target, applied, listed, first_order or regular
--   stage_on     date     day the stage was reached
select
    terminal_id,
    product_id,
    stage,
    stage_on
from stored.listings
where may_see_terminal(terminal_id)
