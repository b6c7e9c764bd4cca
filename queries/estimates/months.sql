-- The months effects are measured on: whole ones only. A month not yet over would look like a fall.
-- grain: one row
-- columns:
--   first_month       date     first month with a flow
--   last_month        date     last whole month
--   data_through_on   date     last day of data
--   month_count       integer  months from the first to the last whole one, both included; 0 where there is none
with span as (
    select
        coalesce((select min(flow_month) from flow_months), workspace.data_month) as first_month,
        case
            when workspace.is_month_complete then workspace.data_month
            else cast(workspace.data_month - interval 1 month as date)
        end as last_month,
        workspace.data_through_on
    from workspace
)
select
    first_month,
    last_month,
    data_through_on,
    cast(greatest(datediff('month', first_month, last_month) + 1, 0) as integer) as month_count
from span
