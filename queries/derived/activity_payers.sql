-- What everybody who paid for an activity or supplied its terminals paid, gained and earned back; computed at publish. The
-- gains of an activity's payers add up to its gain to the cent.
-- grain: one row an activity and payer
-- columns:
--   activity_id          varchar  the activity
--   kind                 varchar  its kind
--   payer_id             varchar  manufacturer, a distributor_id, or empty: the distributors' gain where none is known to supply
--   payer_side           varchar  manufacturer or distributor
--   supply_share         double   the payer's share of the pure sales in the activity's month and the five after
--   margin_rate          double   what it keeps of one unit of the activity's incremental sales
--   margin_basis         varchar  own: margins of the activity's sales; mean: of the other activities; empty: unknown
--   cost_amount          double   actual cost it paid, committed where not settled; empty where no cost is known
--   cost_share           double   its share of the activity's cost
--   gain_amount          double   its margin on the incremental sales
--   gain_low_amount      double   … lower end of the 95% interval
--   gain_high_amount     double   … upper end
--   gain_low80_amount    double   … lower end of the 80% interval
--   gain_high80_amount   double   … upper end
--   net_amount           double   gain less cost
--   net_low_amount       double   … lower end of the 95% interval
--   net_high_amount      double   … upper end
--   net_low80_amount     double   … lower end of the 80% interval
--   net_high80_amount    double   … upper end
--   romi_rate            double   net gain over cost; empty without a cost
--   romi_low_rate        double   … lower end of the 95% interval
--   romi_high_rate       double   … upper end
--   chance_paid_share    double   chance that the net gain is above nothing, from the shrunk effect
--   shrunk_net_amount    double   net gain at the shrunk lift: for ranking
--   fair_cost_share      double   its share of the gain: paying it, all who gain have the same romi
--   fair_cost_amount     double   the cost split that way
--   return_status        varchar  paid, lost, consistent_with_break_even or unknown
select
    activity_id,
    kind,
    payer_id,
    payer_side,
    supply_share,
    margin_rate,
    margin_basis,
    cost_amount,
    cost_share,
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
    chance_paid_share,
    shrunk_net_amount,
    fair_cost_share,
    fair_cost_amount,
    return_status
from stored.activity_payers
where may_see_activity(activity_id)
