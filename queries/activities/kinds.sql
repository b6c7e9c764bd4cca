-- What each kind of activity is associated with and returns, over all activities of the company since the data begin:
-- a kind is judged by everything that is known about it, whatever the filters.
-- Its verdict: 'works' where the 95% interval of the lift lies above nothing, and the lift above what the same method
-- finds one window earlier, where nothing happened, by more than chance (95%); 'harms' where below in both; the second
-- test guards against terminals picked because they were growing. 'not_enough_data' with too few activities; else
-- 'unproven'.
-- grain: one row a kind, the highest return first; '*' is all kinds together
-- columns:
--   kind                        varchar  the kind; '*' for all
--   activity_count              integer  its activities, but for those cancelled
--   measured_count              integer  those with an estimate
--   lift_rate                   double   mean of the true lifts
--   lift_low_rate               double   … lower end of the 95% interval
--   lift_high_rate              double   … upper end
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
with compared as (
    select
        *,
        log_lift - coalesce(ln(1 + negative_control_rate), 0) as beyond_control,
        -- the systematic error is what the control measures: it is not counted twice
        1.959964 * sqrt(
            greatest(pow(log_lift_error, 2) - pow(systematic_error_log, 2), 0)
            + coalesce(
                pow((ln(1 + negative_control_high_rate) - ln(1 + negative_control_low_rate)) / 2 / 2.178813, 2),
                0
            )
        ) as chance_of_difference
    from kind_effects
)
select
    compared.kind,
    compared.activity_count,
    compared.measured_count,
    compared.lift_rate,
    compared.lift_low_rate,
    compared.lift_high_rate,
    compared.negative_control_rate,
    compared.negative_control_low_rate,
    compared.negative_control_high_rate,
    coalesce(compared.is_picked_unusual, false) as is_picked_unusual,
    case
        when compared.status = 'not_enough_data' then 'not_enough_data'
        when compared.lift_low_rate > 0 and compared.beyond_control > compared.chance_of_difference then 'works'
        when compared.lift_high_rate < 0 and compared.beyond_control < -compared.chance_of_difference then 'harms'
        else 'unproven'
    end as verdict,
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
    compared.systematic_error_log,
    compared.sum_low_factor,
    compared.sum_high_factor,
    compared.sum_low80_factor,
    compared.sum_high80_factor
from compared
left join activity_returns
    on activity_returns.level = 'kind'
    and activity_returns.subject_id = compared.kind
    and activity_returns.payer_side = 'total'
order by
    activity_returns.romi_rate desc nulls last,
    compared.lift_rate desc nulls last,
    compared.kind
