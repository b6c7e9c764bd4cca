-- The months that white space and potentials are judged by: the last twelve whole ones, or as many as there are.
-- grain: one row
-- columns:
--   start_month   date     first month of the window
--   end_month     date     the month after its last one
--   before_month  date     first month of the twelve before; empty where the data do not reach back so far
--   month_count   integer  months in the window
with span as (
    select
        (select min(flow_month) from flow_months) as first_month,
        case
            when workspace.is_month_complete then cast(workspace.data_month + interval 1 month as date)
            else workspace.data_month
        end as whole_end_month,
        cast(workspace.data_month + interval 1 month as date) as data_end_month
    from workspace
),
ended as (
    select
        first_month,
        -- a first month not yet over is all there is
        case when whole_end_month > first_month then whole_end_month else data_end_month end as end_month
    from span
)
select
    greatest(first_month, cast(end_month - interval 12 month as date)) as start_month,
    end_month,
    case
        when first_month <= end_month - interval 24 month then cast(end_month - interval 24 month as date)
    end as before_month,
    cast(least(12, datediff('month', first_month, end_month)) as integer) as month_count
from ended
