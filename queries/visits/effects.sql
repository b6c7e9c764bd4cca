-- What joint visits are associated with, over the whole company whatever the filters, with a verdict: 'works' where the 95%
-- interval of the lift lies above nothing, and above what the same method finds where nothing happened; 'harms' where below
-- both; 'not_enough_data' with too few cohorts; else 'unproven'.
-- grain: one row an outcome and mode; '*' is all modes together
-- columns:
--   outcome                     varchar  pure_sales, or solo_calls for later calls without a distributor
--   kind                        varchar  mode the episode began with; '*' for all
--   episode_count               integer  episodes: a terminal visited jointly after three months without
--   used_count                  integer  episodes that could be used
--   donor_count                 double   terminals compared with, of the middle cohort
--   measured_count              integer  cohorts with an estimate
--   lift_rate                   double   mean of the true lifts
--   lift_low_rate               double   … lower end of the 95% interval
--   lift_high_rate              double   … upper end
--   lift_low80_rate             double   … lower end of the 80% interval
--   lift_high80_rate            double   … upper end
--   incremental_amount          double   sales (or calls) beyond what was expected, of the episodes used, at the mean lift
--   incremental_low_amount      double   … lower end of the 95% interval
--   incremental_high_amount     double   … upper end
--   chance_positive_share       double   chance that the mean lift is above none
--   negative_control_rate       double   lift 'found' one window earlier, where nothing happened
--   negative_control_low_rate   double   … lower end of the 95% interval
--   negative_control_high_rate  double   … upper end
--   is_picked_unusual           boolean  whether that is clearly off
--   before_after_rate           double   months after against as many before, nobody compared with: not an effect
--   verdict                     varchar  works, harms, unproven or not_enough_data
--   missing                     varchar  what is missing where there is not enough data
select
    outcome,
    kind,
    episode_count,
    terminal_count as used_count,
    donor_count,
    measured_count,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate,
    observed_amount * lift_rate / nullif(1 + lift_rate, 0) as incremental_amount,
    observed_amount * lift_low_rate / nullif(1 + lift_low_rate, 0) as incremental_low_amount,
    observed_amount * lift_high_rate / nullif(1 + lift_high_rate, 0) as incremental_high_amount,
    chance_positive_share,
    negative_control_rate,
    negative_control_low_rate,
    negative_control_high_rate,
    coalesce(is_picked_unusual, false) as is_picked_unusual,
    raw_before_after_rate as before_after_rate,
    judged_lift(
        status,
        lift_low_rate,
        lift_high_rate,
        log_lift,
        log_lift_error,
        systematic_error_log,
        negative_control_rate,
        negative_control_low_rate,
        negative_control_high_rate
    ) as verdict,
    missing
from joint_visit_effects
order by outcome, kind
