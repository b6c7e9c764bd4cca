-- Which customers changed state between two month ends: by default from the end of the month before the period to its end.
-- grain: one row a pair of states
-- columns:
--   from_month      date           the month whose end is looked at first
--   to_month        date           the month whose end is looked at last
--   from_state      varchar        state then; empty where it had not ordered yet
--   to_state        varchar        state at the end
--   terminal_count  bigint         customers
--   stake_amount    decimal(38,2)  what is at stake at the end
with spans as (
    select
        cast($period_start::date - interval 1 month as date) as from_month,
        life_month_of($period_end, null) as to_month
)
select
    any_value(spans.from_month) as from_month,
    any_value(spans.to_month) as to_month,
    moved.from_state,
    moved.to_state,
    count(*) as terminal_count,
    sum(moved.stake_amount)::decimal(38, 2) as stake_amount
from spans
cross join moved_customers(
    cast($period_start::date - interval 1 month as date), life_month_of($period_end, null),
    $territories, $manufacturers, $product_lines, $distributors
) as moved
group by moved.from_state, moved.to_state
order by moved.from_state nulls first, moved.to_state
