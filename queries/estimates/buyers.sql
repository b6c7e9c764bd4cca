-- Terminals that ever bought, of which the panel may be a sample.
-- grain: one row
-- columns:
--   buyer_count  bigint  terminals with pure sales
select count(distinct terminal_id) as buyer_count
from sales_months
