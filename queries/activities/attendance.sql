-- Those invited who did not come and all who were invited, beside those who came; of activities that say who came, over the
-- whole company whatever the filters.
-- grain: one row a subject and part
-- parameters:
--   level    varchar  kind  activity or kind
--   subject  varchar  ''    one activity or kind ('*' for all); '' for every one
-- columns:
--   subject_id        varchar  the activity, or the kind ('*' for all)
--   part              varchar  absent or invited
--   activity_count    integer  activities measured
--   terminal_count    integer  terminals measured, once an activity
--   lift_rate         double   pure sales beyond what was expected, as a share of it
--   lift_low_rate     double   … lower end of the 95% interval
--   lift_high_rate    double   … upper end
--   lift_low80_rate   double   … lower end of the 80% interval
--   lift_high80_rate  double   … upper end
select
    subject_id,
    part,
    activity_count,
    terminal_count,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate
from attendance_effects
where level = $level::varchar and ($subject::varchar = '' or subject_id = $subject::varchar)
order by subject_id, part
