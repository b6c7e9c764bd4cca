-- The mean effect of each kind of activity, over the whole company whoever asks; computed at publish.
-- grain: one row a kind, and '*' for all
-- columns:
--   kind                        varchar  the kind; '*' for all
--   activity_count              integer  its activities
--   measured_count              integer  those with an estimate
--   lift_rate                   double   mean of the activities' true lifts, with the systematic error
--   lift_low_rate               double   … lower end of the 95% interval
--   lift_high_rate              double   … upper end
--   lift_low80_rate             double   … lower end of the 80% interval
--   lift_high80_rate            double   … upper end
--   log_lift                    double   the same on the log scale
--   log_lift_error              double   its standard deviation
--   spread_log                  double   standard deviation of true lifts within the kind, log scale
--   systematic_error_log        double   how far kinds stray from nothing where nothing happened, log scale
--   observed_amount             double   pure sales of the months after, summed over the measured
--   expected_amount             double   what they would have been
--   incremental_amount          double   pure sales beyond that
--   incremental_low_amount      double   … lower end of the 95% interval
--   incremental_high_amount     double   … upper end
--   incremental_low80_amount    double   … lower end of the 80% interval
--   incremental_high80_amount   double   … upper end
--   continuity_amount           double   sum of the small constants
--   chance_positive_share       double   chance that the mean lift is above none
--   negative_control_rate       double   lift 'found' one window earlier, where nothing happened
--   negative_control_low_rate   double   … lower end of the 95% interval
--   negative_control_high_rate  double   … upper end
--   is_picked_unusual           boolean  whether that is clearly off: terminals were picked after unusual sales
--   sum_low_factor              double   how much wider the 95% interval of a sum over all is than its activities' own say, below
--   sum_high_factor             double   … above
--   sum_low80_factor            double   the same for the 80% interval, below
--   sum_high80_factor           double   … above
--   status                      varchar  measured, consistent_with_no_change or not_enough_data
--   missing                     varchar  what is missing where there is not enough data
select
    kind,
    activity_count,
    measured_count,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate,
    log_lift,
    log_lift_error,
    spread_log,
    systematic_error_log,
    observed_amount,
    expected_amount,
    incremental_amount,
    incremental_low_amount,
    incremental_high_amount,
    incremental_low80_amount,
    incremental_high80_amount,
    continuity_amount,
    chance_positive_share,
    negative_control_rate,
    negative_control_low_rate,
    negative_control_high_rate,
    is_picked_unusual,
    sum_low_factor,
    sum_high_factor,
    sum_low80_factor,
    sum_high80_factor,
    status,
    missing
from stored.kind_effects
