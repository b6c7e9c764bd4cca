-- Who was invited to the activity $activity, who came, and what each bought in the months counted, in as many months just
-- before, and in the same months a year before. A single terminal's change is no effect: nobody is compared with.
-- Months counted are those of the estimate; without one up to six whole ones from the month it started in.
-- grain: one row a terminal, those that came first, the largest first
-- parameters:
--   activity  varchar  ''  the activity's id
-- columns:
--   terminal_id         varchar        the terminal
--   terminal_name       varchar        its name
--   type                varchar        its type
--   is_invited          boolean        invited; where nothing is said, yes
--   is_attended         boolean        came; empty where not said
--   attendee_count      integer        people who came
--   after_amount        decimal(38,2)  pure sales of the months counted
--   before_amount       decimal(38,2)  … of as many months just before; empty where the data do not reach back
--   year_before_amount  decimal(38,2)  … of the same months a year before; empty where the data do not reach back
--   month_count         bigint         months counted; 0 while none is over
with span as (
    select
        (select min(flow_month) from flow_months) as first_month,
        case
            when workspace.is_month_complete then workspace.data_month
            else cast(workspace.data_month - interval 1 month as date)
        end as last_month
    from workspace
),
counted as (
    select
        activities.activity_id,
        cast(date_trunc('month', activities.starts_on) as date) as start_month,
        span.first_month,
        greatest(
            coalesce(
                activity_effects.post_month_count,
                least(6, datediff('month', cast(date_trunc('month', activities.starts_on) as date), span.last_month) + 1)
            ),
            0
        ) as month_count
    from activities
    cross join span
    left join activity_effects on activity_effects.activity_id = activities.activity_id
    where activities.activity_id = $activity::varchar
),
bought as (
    select
        activity_terminals.terminal_id,
        datediff('month', counted.start_month, sales_months.sales_month) as event_month,
        counted.month_count,
        sales_months.sales_amount
    from counted
    join activity_terminals on activity_terminals.activity_id = counted.activity_id
    join sales_months on sales_months.terminal_id = activity_terminals.terminal_id
),
summed as (
    select
        terminal_id,
        sum(sales_amount) filter (where event_month >= 0 and event_month < month_count) as after_amount,
        sum(sales_amount) filter (where event_month < 0 and event_month >= -month_count) as before_amount,
        sum(sales_amount) filter (where event_month >= -12 and event_month < month_count - 12) as year_before_amount
    from bought
    group by terminal_id
)
select
    activity_terminals.terminal_id,
    terminals.name as terminal_name,
    terminals.type,
    coalesce(activity_terminals.is_invited, true) as is_invited,
    activity_terminals.is_attended,
    activity_terminals.attendee_count,
    coalesce(summed.after_amount, 0)::decimal(38, 2) as after_amount,
    case
        when counted.start_month - to_months(counted.month_count) >= counted.first_month
            then coalesce(summed.before_amount, 0)::decimal(38, 2)
    end as before_amount,
    case
        when counted.start_month - interval 12 month >= counted.first_month
            then coalesce(summed.year_before_amount, 0)::decimal(38, 2)
    end as year_before_amount,
    cast(counted.month_count as bigint) as month_count
from counted
join activity_terminals on activity_terminals.activity_id = counted.activity_id
join terminals on terminals.terminal_id = activity_terminals.terminal_id
left join summed on summed.terminal_id = activity_terminals.terminal_id
order by
    coalesce(activity_terminals.is_attended, true) desc,
    coalesce(summed.before_amount, summed.after_amount, 0) desc,
    activity_terminals.terminal_id
