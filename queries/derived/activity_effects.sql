-- What the terminals that took part bought beyond what they would have bought, an activity each; computed at publish.
-- grain: one row an activity that was not cancelled
-- columns:
--   activity_id                varchar  the activity
--   kind                       varchar  its kind
--   is_attendance_known        boolean  whether anybody said who came; else the invited count as those who came
--   exposed_count              integer  terminals that took part
--   terminal_count             integer  those of them that could be used
--   effective_count            double   terminals of equal weight that would tell as much
--   largest_share              double   share of the largest terminal in the sales before
--   donor_count                integer  terminals no activity reached, behind what was expected
--   post_month_count           integer  months counted after the start; fewer than the design's while they still run
--   baseline_amount            double   sales before, at the length of the months after
--   observed_amount            double   pure sales of the months after, in the workspace's currency
--   expected_amount            double   what they would have been without the activity: observed less incremental
--   incremental_amount         double   pure sales beyond what was expected
--   incremental_low_amount     double   … lower end of the 95% interval
--   incremental_high_amount    double   … upper end
--   incremental_low80_amount   double   … lower end of the 80% interval
--   incremental_high80_amount  double   … upper end
--   continuity_amount          double   small constant of the ratio: lift = (observed + it) / (expected + it) - 1
--   lift_rate                  double   the same as a share of what was expected
--   lift_low_rate              double   … lower end of the 95% interval
--   lift_high_rate             double   … upper end
--   lift_low80_rate            double   … lower end of the 80% interval
--   lift_high80_rate           double   … upper end
--   log_lift                   double   the lift on the log scale
--   log_lift_error             double   its standard deviation
--   chance_positive_share      double   share of the placebo distribution above no effect
--   placebo_share              double   share of placebo draws at least as far from none, two-sided
--   trend_slope_rate           double   growth a month against the expected before the start, own
--   trend_placebo_share        double   share of placebos with a slope as steep
--   trend_adjustment_rate      double   what was taken off the lift for the trend before
--   unadjusted_lift_rate       double   the lift without that adjustment
--   raw_before_after_rate      double   months after against as many before, nobody compared with: not an effect
--   raw_year_over_year_rate    double   months after against the same a year before, nobody compared with: not an effect
--   shared_share               double   share of the expected sales that other activities covered at the same time
--   shared_count               integer  number of those activities
--   shrunk_lift_rate           double   lift drawn towards its kind's mean: the one to rank by
--   shrunk_low_rate            double   … lower end of the 95% interval
--   shrunk_high_rate           double   … upper end
--   shrunk_log_lift            double   the same on the log scale
--   shrunk_log_lift_error      double   its standard deviation
--   shrink_share               double   share of it that is the kind's mean and not its own
--   status                     varchar  measured, consistent_with_no_change, not_measurable_alone or not_enough_data
--   missing                    varchar  what is missing where there is not enough data
--   measurable_from_month      date     first month in which enough months after are complete, where those are missing
select
    activity_id,
    kind,
    is_attendance_known,
    exposed_count,
    terminal_count,
    effective_count,
    largest_share,
    donor_count,
    post_month_count,
    baseline_amount,
    observed_amount,
    expected_amount,
    incremental_amount,
    incremental_low_amount,
    incremental_high_amount,
    incremental_low80_amount,
    incremental_high80_amount,
    continuity_amount,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate,
    log_lift,
    log_lift_error,
    chance_positive_share,
    placebo_share,
    trend_slope_rate,
    trend_placebo_share,
    trend_adjustment_rate,
    unadjusted_lift_rate,
    raw_before_after_rate,
    raw_year_over_year_rate,
    shared_share,
    shared_count,
    shrunk_lift_rate,
    shrunk_low_rate,
    shrunk_high_rate,
    shrunk_log_lift,
    shrunk_log_lift_error,
    shrink_share,
    status,
    missing,
    measurable_from_month
from stored.activity_effects
where may_see_activity(activity_id)
