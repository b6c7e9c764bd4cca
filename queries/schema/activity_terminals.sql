-- Which terminals were invited and which came.
-- grain: one row an activity and terminal
-- key: activity_id, terminal_id
-- required: activity_id, terminal_id
-- refers: activity_id to activities; terminal_id to terminals
-- columns:
--   activity_id     varchar  the activity
--   terminal_id     varchar  the terminal
--   is_invited      boolean  invited; empty means yes
--   is_attended     boolean  came; empty means not said
--   attendee_count  integer  people who came
select
    activity_id,
    terminal_id,
    is_invited,
    is_attended,
    attendee_count
from stored.activity_terminals
where may_see_activity(activity_id)
