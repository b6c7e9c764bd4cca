-- The steps in the life of the activities under the filters, with the day each was due and the day it was done.
-- grain: one row a step of an activity
-- parameters:
--   listed_from  date  period_start  first day on which a listed activity may begin
-- columns:
--   activity_id  varchar  the activity
--   step         varchar  submit, review, revise, approve, staff, material, brief, run, debrief, evaluate, archive or share
--   due_on       date     day due; empty where not said
--   done_on      date     day done by the end of the data; empty while open
--   outcome      varchar  outcome in words
select
    activity_steps.activity_id,
    activity_steps.step,
    activity_steps.due_on,
    case when activity_steps.done_on <= workspace.data_through_on then activity_steps.done_on end as done_on,
    activity_steps.outcome
from selected_activities(
    $listed_from, $period_end, $territories, $manufacturers, $product_lines, $distributors
) as listed
join activity_steps on activity_steps.activity_id = listed.activity_id
cross join workspace
order by activity_steps.activity_id, activity_steps.due_on, activity_steps.step, activity_steps.done_on
