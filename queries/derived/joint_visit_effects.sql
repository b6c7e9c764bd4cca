-- What joint visits are associated with, over the whole company whoever asks; computed at publish.
-- grain: one row an outcome and mode, and '*' for all modes
-- columns:
--   outcome                     varchar  pure_sales, or solo_calls for later calls without a distributor
--   kind                        varchar  mode the episode began with: demonstration, observation, mixed or mode_unsaid; '*' for all
--   episode_count               integer  episodes: a terminal visited jointly after three months without
--   terminal_count              integer  episodes that could be used
--   donor_count                 double   terminals compared with, of the middle cohort
--   measured_count              integer  cohorts with an estimate: episodes that began in one month with one mode
--   lift_rate                   double   mean of the cohorts' true lifts, with the systematic error
--   lift_low_rate               double   … lower end of the 95% interval
--   lift_high_rate              double   … upper end
--   lift_low80_rate             double   … lower end of the 80% interval
--   lift_high80_rate            double   … upper end
--   log_lift                    double   the same on the log scale
--   log_lift_error              double   its standard deviation
--   systematic_error_log        double   how far kinds stray from nothing where nothing happened, log scale
--   observed_amount             double   sales (or calls) of the months after, of the episodes used
--   chance_positive_share       double   chance that the mean lift is above none
--   negative_control_rate       double   lift 'found' one window earlier, where nothing happened
--   negative_control_low_rate   double   … lower end of the 95% interval
--   negative_control_high_rate  double   … upper end
--   is_picked_unusual           boolean  whether that is clearly off: terminals were picked after unusual sales
--   raw_before_after_rate       double   months after against as many before, nobody compared with: not an effect
--   status                      varchar  measured, consistent_with_no_change or not_enough_data
--   missing                     varchar  what is missing where there is not enough data
select
    outcome,
    kind,
    episode_count,
    terminal_count,
    donor_count,
    measured_count,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate,
    log_lift,
    log_lift_error,
    systematic_error_log,
    observed_amount,
    chance_positive_share,
    negative_control_rate,
    negative_control_low_rate,
    negative_control_high_rate,
    is_picked_unusual,
    raw_before_after_rate,
    status,
    missing
from stored.joint_visit_effects
