-- Who was invited and who came, of the activities that say who came.
-- grain: one row an activity and terminal
-- columns:
--   activity_id  varchar  the activity
--   terminal_id  varchar  the terminal
--   is_invited   boolean  invited; where nothing is said, yes
--   is_attended  boolean  came; where nothing is said, no
with spoken as (
    select activity_id
    from activity_terminals
    group by activity_id
    having bool_or(is_attended is not null)
)
select
    activity_terminals.activity_id,
    activity_terminals.terminal_id,
    coalesce(activity_terminals.is_invited, true) as is_invited,
    coalesce(activity_terminals.is_attended, false) as is_attended
from activity_terminals
join spoken on spoken.activity_id = activity_terminals.activity_id
order by activity_terminals.activity_id, activity_terminals.terminal_id
