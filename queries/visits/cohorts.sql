-- The terminals visited jointly in one month with one mode, whole company, those measured first: what they bought beyond what
-- was expected, alone and drawn towards their mode's mean.
-- grain: one row a month and mode
-- columns:
--   start_month             date     month of the visits
--   visit_mode              varchar  mode: demonstration, observation, mixed or mode_unsaid
--   visited_terminal_count  integer  terminals visited
--   used_count              integer  those of them that could be used
--   donor_count             integer  terminals compared with
--   expected_amount         double   what they would have bought
--   incremental_amount      double   pure sales beyond that
--   shrunk_lift_rate        double   lift drawn towards its mode's mean
--   shrunk_low_rate         double   … lower end of the 95% interval
--   shrunk_high_rate        double   … upper end
--   lift_rate               double   lift of these terminals alone
--   lift_low_rate           double   … lower end of the 95% interval
--   lift_high_rate          double   … upper end
--   status                  varchar  measured, consistent_with_no_change, not_measurable_alone or not_enough_data
--   missing                 varchar  what is missing where there is not enough data
--   measurable_from_month   date     first month in which enough months after are complete, where those are missing
select
    start_month,
    kind as visit_mode,
    exposed_count as visited_terminal_count,
    terminal_count as used_count,
    donor_count,
    expected_amount,
    incremental_amount,
    shrunk_lift_rate,
    shrunk_low_rate,
    shrunk_high_rate,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    status,
    missing,
    measurable_from_month
from joint_visit_cohorts
order by lift_rate is null, start_month desc, kind
