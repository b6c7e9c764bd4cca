-- What each payer paid for an activity: the actual cost, the committed one where it is not settled yet. The manufacturer is
-- one payer under any of its names.
-- grain: one row an activity and payer
-- columns:
--   activity_id  varchar        the activity
--   payer_id     varchar        'manufacturer' or a distributor_id, as the costs name it
--   cost_amount  decimal(38,2)  actual, else committed; rows with neither are left out
select
    activity_id,
    case
        when payer in (select manufacturer_id from manufacturers) then 'manufacturer'
        else payer
    end as payer_id,
    sum(coalesce(actual_amount, committed_amount))::decimal(38, 2) as cost_amount
from activity_costs
where coalesce(actual_amount, committed_amount) is not null
group by activity_id, payer_id
order by activity_id, payer_id
