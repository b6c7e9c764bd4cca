-- What each kind of activity is associated with and returns, over all activities of the company since the data begin:
-- a kind is judged by everything that is known about it, whatever the filters.
-- Its verdict: 'works' where the 95% interval of the lift lies above nothing, and above what the same method finds where
-- nothing happened; 'harms' where below both; 'not_enough_data' with too few activities; else 'unproven'.
-- grain: one row a kind, the highest return first; '*' is all kinds together
-- columns:
--   kind                        varchar  the kind; '*' for all
--   activity_count              integer  its activities, but for those cancelled
--   measured_count              integer  those with an estimate
--   lift_rate                   double   mean of the true lifts
--   lift_low_rate               double   … lower end of the 95% interval
--   lift_high_rate              double   … upper end
--   lift_low80_rate             double   … lower end of the 80% interval
--   lift_high80_rate            double   … upper end
--   negative_control_rate       double   lift 'found' one window earlier, where nothing happened
--   negative_control_low_rate   double   … lower end of the 95% interval
--   negative_control_high_rate  double   … upper end
--   is_picked_unusual           boolean  whether that is clearly off: terminals were picked after unusual sales
--   verdict                     varchar  works, harms, unproven or not_enough_data
--   cost_amount                 double   what the measured cost
--   gain_amount                 double   margin on their incremental sales, both sides
--   net_amount                  double   gain less cost
--   net_low_amount              double   … lower end of the 95% interval
--   net_high_amount             double   … upper end
--   romi_rate                   double   net gain over cost
--   romi_low_rate               double   … lower end of the 95% interval
--   romi_high_rate              double   … upper end
--   revenue_per_cost_rate       double   incremental pure sales over cost
--   break_even_lift_rate        double   the lift at which the net gain is nothing
--   chance_paid_share           double   chance that the net gain is above nothing
--   return_status               varchar  paid, lost, consistent_with_break_even or unknown
--   systematic_error_log        double   systematic error of all lifts, log scale
--   sum_low_factor              double   how much wider a sum's 95% interval is below than its activities' own say
--   sum_high_factor             double   … above
--   sum_low80_factor            double   the same for the 80% interval, below
--   sum_high80_factor           double   … above
select
    kind_effects.kind,
    kind_effects.activity_count,
    kind_effects.measured_count,
    kind_effects.lift_rate,
    kind_effects.lift_low_rate,
    kind_effects.lift_high_rate,
    kind_effects.lift_low80_rate,
    kind_effects.lift_high80_rate,
    kind_effects.negative_control_rate,
    kind_effects.negative_control_low_rate,
    kind_effects.negative_control_high_rate,
    coalesce(kind_effects.is_picked_unusual, false) as is_picked_unusual,
    judged_lift(
        kind_effects.status,
        kind_effects.lift_low_rate,
        kind_effects.lift_high_rate,
        kind_effects.log_lift,
        kind_effects.log_lift_error,
        kind_effects.systematic_error_log,
        kind_effects.negative_control_rate,
        kind_effects.negative_control_low_rate,
        kind_effects.negative_control_high_rate
    ) as verdict,
    activity_returns.cost_amount,
    activity_returns.gain_amount,
    activity_returns.net_amount,
    activity_returns.net_low_amount,
    activity_returns.net_high_amount,
    activity_returns.romi_rate,
    activity_returns.romi_low_rate,
    activity_returns.romi_high_rate,
    activity_returns.revenue_per_cost_rate,
    activity_returns.break_even_lift_rate,
    activity_returns.chance_paid_share,
    activity_returns.return_status,
    kind_effects.systematic_error_log,
    kind_effects.sum_low_factor,
    kind_effects.sum_high_factor,
    kind_effects.sum_low80_factor,
    kind_effects.sum_high80_factor
from kind_effects
left join activity_returns
    on activity_returns.level = 'kind'
    and activity_returns.subject_id = kind_effects.kind
    and activity_returns.payer_side = 'total'
order by
    activity_returns.romi_rate desc nulls last,
    kind_effects.lift_rate desc nulls last,
    kind_effects.kind
