-- What each activity brought up to each month counted, its own estimate. Over all activities of the company.
-- grain: one row an activity and month
-- parameters:
--   activity_id  varchar  ''  the activity; empty for all
-- columns:
--   activity_id                varchar  the activity
--   event_month                bigint   months from the start; 0 is the month of the activity
--   observed_amount            double   pure sales up to and with that month
--   expected_amount            double   what they would have been
--   continuity_amount          double   small constant of the ratio
--   incremental_amount         double   pure sales beyond what was expected
--   incremental_low_amount     double   … lower end of the 95% interval
--   incremental_high_amount    double   … upper end
--   incremental_low80_amount   double   … lower end of the 80% interval
--   incremental_high80_amount  double   … upper end
select
    activity_id,
    event_month,
    observed_amount,
    expected_amount,
    continuity_amount,
    incremental_amount,
    incremental_low_amount,
    incremental_high_amount,
    incremental_low80_amount,
    incremental_high80_amount
from activity_months
where $activity_id::varchar = '' or activity_id = $activity_id::varchar
order by activity_id, event_month
