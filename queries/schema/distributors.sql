-- Distributors (经销商): legal entities that buy to sell on.
-- grain: one row a distributor
-- key: distributor_id
-- required: distributor_id, name
-- refers: parent_id to distributors; territory_id to territories
-- allowed: stage in prospect, evaluating, admitted, contracted, suspended, ended; tier in 1, 2
-- columns:
--   distributor_id       varchar        stable id
--   name                 varchar        name on the screen
--   name_en              varchar        name in English, shown on the English screen; empty where it is the same
--   tier                 integer        1 buys from the manufacturer, 2 from a tier 1
--   parent_id            varchar        the tier 1 a tier 2 buys from
--   territory_id         varchar        home territory
--   city                 varchar        city
--   longitude            double         degrees east
--   latitude             double         degrees north
--   grade                varchar        grade given by the company
--   stage                varchar        prospect, evaluating, admitted, contracted, suspended or ended
--   onboarded_on         date           day of admission
--   credit_limit_amount  decimal(18,2)  credit limit
--   credit_days          integer        days of credit
select
    distributor_id,
    shown_name(name, name_en) as name,
    name_en,
    tier,
    parent_id,
    territory_id,
    city,
    longitude,
    latitude,
    grade,
    stage,
    onboarded_on,
    credit_limit_amount,
    credit_days
from stored.distributors
where may_see_distributor(distributor_id)
