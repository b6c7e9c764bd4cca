-- Who took part in which activity. Where the activity says who came, those who came; where nobody said so, the invited.
-- grain: one row an activity and terminal
-- columns:
--   activity_id  varchar  the activity
--   terminal_id  varchar  a terminal that took part
with spoken as (
    select
        activity_id,
        coalesce(bool_or(is_attended is not null), false) as is_attendance_known
    from activity_terminals
    group by activity_id
)
select
    activity_terminals.activity_id,
    activity_terminals.terminal_id
from activity_terminals
join spoken on spoken.activity_id = activity_terminals.activity_id
where case
    when spoken.is_attendance_known then coalesce(activity_terminals.is_attended, false)
    else coalesce(activity_terminals.is_invited, true)
end
order by activity_terminals.activity_id, activity_terminals.terminal_id
