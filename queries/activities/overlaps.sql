-- Other activities that reached terminals of the activity $activity in its months or whose months ran into them: what was
-- measured is the bundle. Both are taken to act for six months from the month they start in.
-- grain: one row another activity, the most terminals first
-- parameters:
--   activity  varchar  ''  the activity's id
-- columns:
--   activity_id     varchar  the other activity
--   activity_name   varchar  its name
--   kind            varchar  its kind
--   starts_on       date     its first day
--   terminal_count  bigint   terminals that took part in both
with taking_part as (
    select
        activities.activity_id,
        activities.name as activity_name,
        activities.kind,
        activities.starts_on,
        cast(date_trunc('month', activities.starts_on) as date) as start_month,
        activity_terminals.terminal_id
    from activities
    join activity_terminals on activity_terminals.activity_id = activities.activity_id
    left join activity_effects on activity_effects.activity_id = activities.activity_id
    where coalesce(activities.status, '') <> 'cancelled'
        and case
            when coalesce(activity_effects.is_attendance_known, false) then coalesce(activity_terminals.is_attended, false)
            else coalesce(activity_terminals.is_invited, true)
        end
)
select
    others.activity_id,
    others.activity_name,
    others.kind,
    others.starts_on,
    count(distinct others.terminal_id) as terminal_count
from taking_part as own
join taking_part as others
    on others.terminal_id = own.terminal_id
    and others.activity_id <> own.activity_id
    and abs(datediff('month', own.start_month, others.start_month)) < 6
where own.activity_id = $activity::varchar
group by others.activity_id, others.activity_name, others.kind, others.starts_on
order by terminal_count desc, others.starts_on, others.activity_id
