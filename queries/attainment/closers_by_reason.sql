-- What could close the gap until $closes_on by reason, and what waits for distributors that have not reported.
-- grain: one row a reason
-- parameters:
--   closes_on  date  year_end  first day after the period to close
-- columns:
--   reason            varchar        gone_quiet, behind_habit, potential or unreported
--   terminal_count    bigint         terminals
--   item_count        bigint         terminals × product lines
--   plausible_amount  decimal(38,2)  what they could bring until then, beyond what they buy now
select
    reason,
    count(distinct terminal_id) as terminal_count,
    count(*) as item_count,
    sum(plausible_amount)::decimal(38, 2) as plausible_amount
from closing_items($closes_on, $territories, $manufacturers, $product_lines, $distributors)
where plausible_amount > 0
group by reason
order by plausible_amount desc, reason
