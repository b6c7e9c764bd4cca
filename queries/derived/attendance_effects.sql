-- Those invited who did not come, and all who were invited, measured like those who came; of activities that say who came.
-- Computed at publish. Single activities with enough terminals, kinds with enough activities.
-- grain: one row a level, subject and part
-- columns:
--   level             varchar  activity or kind
--   subject_id        varchar  the activity, or the kind ('*' for all)
--   part              varchar  absent: invited and did not come, a negative control; invited: all who were invited
--   activity_count    integer  activities measured
--   terminal_count    integer  terminals measured, once an activity
--   lift_rate         double   pure sales beyond what was expected, as a share of it
--   lift_low_rate     double   … lower end of the 95% interval
--   lift_high_rate    double   … upper end
--   lift_low80_rate   double   … lower end of the 80% interval
--   lift_high80_rate  double   … upper end
--   log_lift          double   the same on the log scale
--   log_lift_error    double   its standard deviation
select
    level,
    subject_id,
    part,
    activity_count,
    terminal_count,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate,
    log_lift,
    log_lift_error
from stored.attendance_effects
where level = 'kind' or may_see_activity(subject_id)
