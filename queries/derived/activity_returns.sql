-- What activities and kinds brought for what they cost, for both sides and for each; computed at publish.
-- Kinds are over the whole company, whoever asks.
-- grain: one row an activity or kind and side
-- columns:
--   level                         varchar  activity or kind
--   subject_id                    varchar  activity_id, or kind ('*' for all)
--   kind                          varchar  kind
--   payer_side                    varchar  total, manufacturer or distributor
--   activity_count                integer  activities in the sums: those with an effect and a known cost
--   left_out_count                integer  activities of the kind that are not
--   left_out_cost_amount          double   what those without an effect cost
--   cost_amount                   double   actual cost, committed where not settled, in the workspace's currency
--   cost_share                    double   the side's share of it
--   margin_rate                   double   the side's margin on incremental sales
--   incremental_amount            double   incremental pure sales
--   incremental_low_amount        double   … lower end of the 95% interval
--   incremental_high_amount       double   … upper end
--   incremental_low80_amount      double   … lower end of the 80% interval
--   incremental_high80_amount     double   … upper end
--   gain_amount                   double   the side's margin on them
--   gain_low_amount               double   … lower end of the 95% interval
--   gain_high_amount              double   … upper end
--   gain_low80_amount             double   … lower end of the 80% interval
--   gain_high80_amount            double   … upper end
--   net_amount                    double   gain less cost
--   net_low_amount                double   … lower end of the 95% interval
--   net_high_amount               double   … upper end
--   net_low80_amount              double   … lower end of the 80% interval
--   net_high80_amount             double   … upper end
--   romi_rate                     double   net gain over cost; empty without a cost
--   romi_low_rate                 double   … lower end of the 95% interval
--   romi_high_rate                double   … upper end
--   romi_low80_rate               double   … lower end of the 80% interval
--   romi_high80_rate              double   … upper end
--   revenue_per_cost_rate         double   incremental pure sales over cost
--   revenue_per_cost_low_rate     double   … lower end of the 95% interval
--   revenue_per_cost_high_rate    double   … upper end
--   revenue_per_cost_low80_rate   double   … lower end of the 80% interval
--   revenue_per_cost_high80_rate  double   … upper end
--   break_even_lift_rate          double   the lift at which the net gain is nothing
--   chance_paid_share             double   chance that the net gain is above nothing
--   shrunk_net_amount             double   net gain at the shrunk lift: for ranking
--   fair_cost_share               double   the side's share of the gain: paying it, both sides have the same romi
--   fair_cost_amount              double   the cost split that way
--   return_status                 varchar  paid, lost, consistent_with_break_even or unknown
select
    level,
    subject_id,
    kind,
    payer_side,
    activity_count,
    left_out_count,
    left_out_cost_amount,
    cost_amount,
    cost_share,
    margin_rate,
    incremental_amount,
    incremental_low_amount,
    incremental_high_amount,
    incremental_low80_amount,
    incremental_high80_amount,
    gain_amount,
    gain_low_amount,
    gain_high_amount,
    gain_low80_amount,
    gain_high80_amount,
    net_amount,
    net_low_amount,
    net_high_amount,
    net_low80_amount,
    net_high80_amount,
    romi_rate,
    romi_low_rate,
    romi_high_rate,
    romi_low80_rate,
    romi_high80_rate,
    revenue_per_cost_rate,
    revenue_per_cost_low_rate,
    revenue_per_cost_high_rate,
    revenue_per_cost_low80_rate,
    revenue_per_cost_high80_rate,
    break_even_lift_rate,
    chance_paid_share,
    shrunk_net_amount,
    fair_cost_share,
    fair_cost_amount,
    return_status
from stored.activity_returns
where level = 'kind' or may_see_activity(subject_id)
