-- The terminals that a list is compared with and the terminals of the list itself, with their last months of pure sales.
-- grain: one row a terminal
-- parameters:
--   terminals  varchar[]  []  ids that are wanted beside those compared with
-- columns:
--   terminal_id    varchar    the terminal
--   segment        varchar    its type
--   region_id      varchar    its region
--   last_month     date       month of the last element of the two lists
--   sales_amounts  double[]   pure sales, a month each, oldest first
--   month_states   tinyint[]  0 nothing special, 1 in the months after an activity, 2 not reported or no customer yet
select
    terminal_id,
    segment,
    region_id,
    last_month,
    sales_amounts,
    month_states
from planning_panel
where is_compared or list_contains($terminals::varchar[], terminal_id)
order by terminal_id
