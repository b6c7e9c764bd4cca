-- The last months of pure sales of each terminal, for planning an activity: what is expected of a list of terminals, and
-- how large an effect it would take to be seen. Computed at publish; ends with the last whole month.
-- grain: one row a terminal that ever bought
-- columns:
--   terminal_id    varchar    the terminal
--   segment        varchar    its type
--   region_id      varchar    its region
--   is_compared    boolean    among those that effects are estimated with; of very many terminals a sample
--   last_month     date       month of the last element of the two lists
--   sales_amounts  double[]   pure sales, a month each, oldest first
--   month_states   tinyint[]  0 nothing special, 1 in the months after an activity, 2 not reported or no customer yet
select
    terminal_id,
    segment,
    region_id,
    is_compared,
    last_month,
    sales_amounts,
    month_states
from stored.planning_panel
where may_see_terminal(terminal_id)
