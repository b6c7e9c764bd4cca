-- Terminals that ever bought, of which the panel may be a sample.
-- grain: one row
-- columns:
--   bought_count  bigint  terminals with pure sales
select count(distinct terminal_id) as bought_count
from sales_months
