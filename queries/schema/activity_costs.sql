-- What an activity cost, by payer and item.
-- grain: one row an activity, payer and item
-- key: activity_id, payer, item
-- required: activity_id, payer
-- refers: activity_id to activities
-- columns:
--   activity_id       varchar        the activity
--   payer             varchar        'manufacturer' or a distributor_id
--   item              varchar        venue, speaker, material …
--   committed_amount  decimal(18,2)  committed
--   actual_amount     decimal(18,2)  actual; empty until settled
select
    activity_id,
    payer,
    item,
    committed_amount,
    actual_amount
from stored.activity_costs
where may_see_activity(activity_id)
