-- What each side paid for an activity: the actual cost, the committed one where it is not settled yet.
-- grain: one row an activity and side
-- columns:
--   activity_id  varchar        the activity
--   payer_side   varchar        manufacturer or distributor
--   cost_amount  decimal(38,2)  actual, else committed; rows with neither are left out
select
    activity_id,
    case
        when payer = 'manufacturer' or payer in (select manufacturer_id from manufacturers) then 'manufacturer'
        else 'distributor'
    end as payer_side,
    sum(coalesce(actual_amount, committed_amount)) as cost_amount
from activity_costs
where coalesce(actual_amount, committed_amount) is not null
group by activity_id, payer_side
order by activity_id, payer_side
