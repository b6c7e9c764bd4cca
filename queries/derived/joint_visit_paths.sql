-- The months around joint visits, those visited against what was expected, over the whole company; computed at publish.
-- grain: one row an outcome, mode (and '*') and month from the start
-- columns:
--   outcome                varchar  pure_sales or solo_calls
--   kind                   varchar  the mode; '*' for all
--   event_month            integer  months from the start; 0 is the first month counted
--   treated_index          double   those visited, their mean month before = 100
--   control_index          double   what they would have been
--   difference_index       double   the difference
--   difference_low_index   double   … lower end of the 95% interval, month by month
--   difference_high_index  double   … upper end
--   terminal_count         integer  terminals seen in that month
select
    outcome,
    kind,
    event_month,
    treated_index,
    control_index,
    difference_index,
    difference_low_index,
    difference_high_index,
    terminal_count
from stored.joint_visit_paths
