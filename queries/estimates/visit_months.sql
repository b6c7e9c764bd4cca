-- Calls on every terminal in every whole month: joint ones by mode, and all others.
-- grain: one row a terminal and month with a call
-- columns:
--   terminal_id          varchar  the terminal
--   month_index          integer  months since the first month of the panel; below 0 before it
--   joint_count          bigint   joint visits
--   demonstration_count  bigint   … of them demonstrations
--   observation_count    bigint   … of them observations
--   solo_count           bigint   calls without a distributor beside
with span as (
    select
        (select min(flow_month) from flow_months) as first_month,
        case
            when workspace.is_month_complete then workspace.data_month
            else cast(workspace.data_month - interval 1 month as date)
        end as last_month
    from workspace
),
dated as (
    select
        calls.terminal_id,
        calls.is_joint,
        calls.mode,
        cast(datediff('month', span.first_month, calls.visited_on) as integer) as month_index
    from all_calls() as calls
    cross join span
    where calls.visited_on < span.last_month + interval 1 month
)
select
    terminal_id,
    month_index,
    count(*) filter (where is_joint) as joint_count,
    count(*) filter (where is_joint and mode = 'demonstration') as demonstration_count,
    count(*) filter (where is_joint and mode = 'observation') as observation_count,
    count(*) filter (where not is_joint) as solo_count
from dated
group by terminal_id, month_index
order by terminal_id, month_index
