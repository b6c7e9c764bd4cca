-- What the terminals visited jointly in one month with one mode bought beyond what they would have bought, over the whole
-- company whoever asks; computed at publish.
-- grain: one row a month and mode
-- columns:
--   cohort_id                varchar  the cohort
--   start_month              date     month of the visits
--   kind                     varchar  mode: demonstration, observation, mixed or mode_unsaid
--   exposed_count            integer  terminals visited
--   terminal_count           integer  those of them that could be used
--   donor_count              integer  terminals compared with
--   observed_amount          double   pure sales of the months after
--   expected_amount          double   what they would have been
--   incremental_amount       double   pure sales beyond that
--   incremental_low_amount   double   … lower end of the 95% interval
--   incremental_high_amount  double   … upper end
--   lift_rate                double   the same as a share of what was expected
--   lift_low_rate            double   … lower end of the 95% interval
--   lift_high_rate           double   … upper end
--   shrunk_lift_rate         double   lift drawn towards its mode's mean
--   shrunk_low_rate          double   … lower end of the 95% interval
--   shrunk_high_rate         double   … upper end
--   status                   varchar  measured, consistent_with_no_change, not_measurable_alone or not_enough_data
--   missing                  varchar  what is missing where there is not enough data
--   measurable_from_month    date     first month in which enough months after are complete, where those are missing
select
    cohort_id,
    start_month,
    kind,
    exposed_count,
    terminal_count,
    donor_count,
    observed_amount,
    expected_amount,
    incremental_amount,
    incremental_low_amount,
    incremental_high_amount,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    shrunk_lift_rate,
    shrunk_low_rate,
    shrunk_high_rate,
    status,
    missing,
    measurable_from_month
from stored.joint_visit_cohorts
