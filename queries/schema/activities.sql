-- Marketing activities (活动).
-- grain: one row an event
-- key: activity_id
-- required: activity_id, name, kind, starts_on
-- refers: territory_id to territories
-- columns:
--   activity_id          varchar        stable id
--   name                 varchar        name on the screen
--   name_en              varchar        name in English, shown on the English screen; empty where it is the same
--   kind                 varchar        booth, annual_meeting, thematic_session, department_meeting, regional_meeting, training …
--   owner                varchar        'manufacturer' or a distributor_id
--   territory_id         varchar        territory
--   city                 varchar        city
--   product_line         varchar        line promoted; empty means all
--   submitted_on         date           day the plan was submitted
--   approved_on          date           day approved
--   starts_on            date           first day
--   ends_on              date           last day
--   evaluated_on         date           day evaluated
--   planned_cost_amount  decimal(18,2)  planned cost
--   objective            varchar        objective in words
--   status               varchar        planned, approved, running, done, cancelled …
select
    activity_id,
    shown_name(name, name_en) as name,
    name_en,
    kind,
    owner,
    territory_id,
    city,
    product_line,
    submitted_on,
    approved_on,
    starts_on,
    ends_on,
    evaluated_on,
    planned_cost_amount,
    objective,
    status
from stored.activities
where may_see_territory(territory_id)
