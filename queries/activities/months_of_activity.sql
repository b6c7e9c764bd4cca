-- The months around the activity $activity: those that took part against what was expected of them.
-- grain: one row a month from its start
-- parameters:
--   activity  varchar  ''  the activity's id
-- columns:
--   event_month            integer  months from the start; 0 is the month of the activity
--   treated_index          double   pure sales of those that took part, their mean month before = 100
--   control_index          double   what they would have been
--   difference_index       double   the difference
--   difference_low_index   double   … lower end of the 95% interval, month by month
--   difference_high_index  double   … upper end
--   terminal_count         integer  terminals seen in that month
select
    event_month,
    treated_index,
    control_index,
    difference_index,
    difference_low_index,
    difference_high_index,
    terminal_count
from activity_paths
where activity_id = $activity::varchar
order by event_month
