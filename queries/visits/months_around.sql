-- The months around joint visits, whole company: those visited against what was expected.
-- grain: one row a month from the start
-- parameters:
--   outcome  varchar  pure_sales  pure_sales or solo_calls
--   kind     varchar  *           a mode, or * for all
-- columns:
--   event_month            integer  months from the start; 0 is the first month counted
--   treated_index          double   those visited, their mean month before = 100
--   control_index          double   what they would have been
--   difference_low_index   double   lower end of the 95% interval of the difference, month by month
--   difference_high_index  double   upper end
--   terminal_count         integer  terminals seen in that month
select
    event_month,
    treated_index,
    control_index,
    difference_low_index,
    difference_high_index,
    terminal_count
from joint_visit_paths
where outcome = $outcome::varchar and kind = $kind::varchar
order by event_month
