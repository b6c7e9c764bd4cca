-- What each payer paid, gained and earned back, activity by activity: the manufacturer, and every distributor that paid or
-- supplied. Over all activities of the company, whatever the filters.
-- grain: one row an activity and payer
-- parameters:
--   activity_id  varchar  ''  the activity; empty for all
-- columns:
--   activity_id        varchar  the activity
--   payer_id           varchar  manufacturer, a distributor_id, or empty where no distributor is known to supply
--   payer_name         varchar  the distributor's name; empty for the others
--   payer_side         varchar  manufacturer or distributor
--   supply_share       double   the payer's share of the pure sales in the activity's month and the five after
--   margin_rate        double   what it keeps of one unit of the activity's incremental sales
--   margin_basis       varchar  own, mean (of the other activities) or empty: unknown
--   cost_amount        double   actual cost it paid, committed where not settled; empty where no cost is known
--   gain_amount        double   its margin on the incremental sales
--   net_amount         double   gain less cost
--   net_low_amount     double   … lower end of the 95% interval
--   net_high_amount    double   … upper end
--   romi_rate          double   net gain over cost; empty without a cost
--   romi_low_rate      double   … lower end of the 95% interval
--   romi_high_rate     double   … upper end
--   chance_paid_share  double   chance that the net gain is above nothing, from the best estimate
--   shrunk_net_amount  double   net gain by best estimate
--   fair_cost_share    double   its share of the gain: paying it, all who gain have the same return
--   fair_cost_amount   double   the cost split that way
select
    activity_payers.activity_id,
    activity_payers.payer_id,
    distributors.name as payer_name,
    activity_payers.payer_side,
    activity_payers.supply_share,
    activity_payers.margin_rate,
    activity_payers.margin_basis,
    activity_payers.cost_amount,
    activity_payers.gain_amount,
    activity_payers.net_amount,
    activity_payers.net_low_amount,
    activity_payers.net_high_amount,
    activity_payers.romi_rate,
    activity_payers.romi_low_rate,
    activity_payers.romi_high_rate,
    activity_payers.chance_paid_share,
    activity_payers.shrunk_net_amount,
    activity_payers.fair_cost_share,
    activity_payers.fair_cost_amount
from activity_payers
left join distributors on distributors.distributor_id = activity_payers.payer_id
where $activity_id::varchar = '' or activity_payers.activity_id = $activity_id::varchar
order by activity_payers.activity_id, activity_payers.payer_side desc, activity_payers.cost_amount desc nulls last, activity_payers.payer_id
