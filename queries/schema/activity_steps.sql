-- Steps in the life of an activity.
-- grain: one row an activity and step
-- key: activity_id, step, due_on
-- required: activity_id, step
-- refers: activity_id to activities
-- allowed: step in submit, review, revise, approve, staff, material, brief, run, debrief, evaluate, archive, share
-- columns:
--   activity_id  varchar  the activity
--   step         varchar  submit, review, revise, approve, staff, material, brief, run, debrief, evaluate, archive or share
--   due_on       date     day due
--   done_on      date     day done; empty while open
--   outcome      varchar  outcome in words
select
    activity_id,
    step,
    due_on,
    done_on,
    outcome
from stored.activity_steps
where may_see_activity(activity_id)
