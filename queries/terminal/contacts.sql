-- What was done with one terminal: visits, and the activities it was invited to or came to, the newest first.
-- grain: one row a visit or activity
-- parameters:
--   terminal  varchar  ''            the terminal
--   since     date     period_start  first day looked at
-- columns:
--   happened_on     date     the day
--   contact_kind    varchar  visit, joint_visit or activity
--   subject         varchar  purpose of the visit, or the activity's name
--   activity_kind   varchar  kind of activity; empty for a visit
--   is_attended     boolean  whether somebody of the terminal came to the activity; empty where not said and for a visit
--   attendee_count  integer  how many came
--   with_name       varchar  the distributor of a joint visit
--   activity_id     varchar  the activity; empty for a visit
--   is_goal_met     boolean  whether the visit met its goal; empty where not said and for an activity
with view_end as (
    select end_of_view($period_end, null) as end_on
)
select
    visits.visited_on as happened_on,
    case when visits.distributor_id is null then 'visit' else 'joint_visit' end as contact_kind,
    visits.purpose as subject,
    null::varchar as activity_kind,
    null::boolean as is_attended,
    null::integer as attendee_count,
    distributors.name as with_name,
    null::varchar as activity_id,
    visits.is_goal_met
from visits
cross join view_end
left join distributors on distributors.distributor_id = visits.distributor_id
where visits.terminal_id = $terminal::varchar
    and visits.visited_on >= $since::date
    and visits.visited_on < view_end.end_on
union all
select
    activities.starts_on as happened_on,
    'activity' as contact_kind,
    activities.name as subject,
    activities.kind as activity_kind,
    activity_terminals.is_attended,
    activity_terminals.attendee_count,
    null::varchar as with_name,
    activities.activity_id,
    null::boolean as is_goal_met
from activity_terminals
join activities on activities.activity_id = activity_terminals.activity_id
cross join view_end
where activity_terminals.terminal_id = $terminal::varchar
    and activities.starts_on >= $since::date
    and activities.starts_on < view_end.end_on
    and coalesce(activities.status, '') <> 'cancelled'
order by happened_on desc, contact_kind, subject
