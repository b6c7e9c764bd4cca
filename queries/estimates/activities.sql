-- The activities to estimate: all but those cancelled, with the place of their month in the panel.
-- grain: one row an activity
-- columns:
--   activity_id          varchar  the activity
--   kind                 varchar  its kind
--   starts_month_index   integer  months from the panel's first month to the month it starts in; below 0 before it
--   is_attendance_known  boolean  whether anybody said who came; else the invited count as those who came
select
    activities.activity_id,
    activities.kind,
    cast(
        datediff('month', (select min(flow_month) from flow_months), cast(date_trunc('month', activities.starts_on) as date))
        as integer
    ) as starts_month_index,
    coalesce(
        (
            select bool_or(activity_terminals.is_attended is not null)
            from activity_terminals
            where activity_terminals.activity_id = activities.activity_id
        ),
        false
    ) as is_attendance_known
from activities
where coalesce(activities.status, '') <> 'cancelled'
order by activities.starts_on, activities.activity_id
