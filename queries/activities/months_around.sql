-- The months around activities of $kind ('*' for all): those that took part against what was expected of them. Over all
-- activities of the company, whatever the filters.
-- grain: one row a month from the start of the activity
-- parameters:
--   kind  varchar  *  the kind; '*' for all
-- columns:
--   event_month                  integer  months from the start; 0 is the month of the activity
--   treated_index                double   pure sales of those that took part, their mean month before = 100
--   control_index                double   what they would have been
--   difference_index             double   the difference
--   difference_low_index         double   … lower end of the 95% interval, month by month
--   difference_high_index        double   … upper end
--   terminal_count               integer  terminals seen in that month
--   activity_count               integer  activities seen in that month
--   difference_joint_low_index   double   … lower end of the interval that holds for all months from the start together (95%)
--   difference_joint_high_index  double   … upper end
--   cumulative_index             double   sum of the differences from the start on; 100 = a mean month before
--   cumulative_low_index         double   … lower end of the 95% interval
--   cumulative_high_index        double   … upper end
select
    event_month,
    treated_index,
    control_index,
    difference_index,
    difference_low_index,
    difference_high_index,
    terminal_count,
    activity_count,
    difference_joint_low_index,
    difference_joint_high_index,
    cumulative_index,
    cumulative_low_index,
    cumulative_high_index
from effect_paths
where kind = $kind::varchar
order by event_month
