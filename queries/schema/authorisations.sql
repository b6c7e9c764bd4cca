-- Where a distributor may sell what (授权区域).
-- grain: one row a distributor, territory, product line and period
-- key: distributor_id, territory_id, product_line, valid_from
-- required: distributor_id, territory_id, valid_from
-- refers: distributor_id to distributors; territory_id to territories
-- columns:
--   distributor_id  varchar  the distributor
--   territory_id    varchar  territory it may sell in, with all below it
--   product_line    varchar  line it may sell; empty means every line
--   valid_from      date     first day
--   valid_to        date     first day it no longer holds; empty while it holds
select
    distributor_id,
    territory_id,
    product_line,
    valid_from,
    valid_to
from stored.authorisations
where may_see_distributor(distributor_id)
