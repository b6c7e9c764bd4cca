-- Terminal-months still owed by a distributor that fell silent: it sold in each of the three months before and then has
-- no pure sales at all, for up to three months (after that it is taken to have stopped). Owed are the months of the
-- terminals that bought at least half of what they bought in those three months from it, unless somebody else sold to them.
-- grain: one row a terminal and month
-- columns:
--   terminal_id  varchar  the terminal
--   month_index  integer  months since the first month of the panel
with span as (
    select
        (select min(flow_month) from flow_months) as first_month,
        case
            when workspace.is_month_complete then workspace.data_month
            else cast(workspace.data_month - interval 1 month as date)
        end as last_month
    from workspace
),
reported as (
    select distinct
        sales_months.distributor_id,
        cast(datediff('month', span.first_month, sales_months.sales_month) as integer) as month_index
    from sales_months
    cross join span
    where sales_months.distributor_id is not null and sales_months.sales_month <= span.last_month
),
runs as (
    select
        distributor_id,
        month_index,
        lead(month_index) over (partition by distributor_id order by month_index) as next_index,
        lag(month_index, 2) over (partition by distributor_id order by month_index) as third_index
    from reported
),
silent as (
    select
        runs.distributor_id,
        runs.month_index as last_index,
        unnest(
            generate_series(
                runs.month_index + 1,
                least(
                    coalesce(runs.next_index - 1, datediff('month', span.first_month, span.last_month)),
                    runs.month_index + 3
                )
            )
        ) as month_index
    from runs
    cross join span
    where runs.month_index - runs.third_index = 2
        and coalesce(runs.next_index - 1, datediff('month', span.first_month, span.last_month)) > runs.month_index
),
monthly as (
    select
        sales_months.terminal_id,
        sales_months.distributor_id,
        cast(datediff('month', span.first_month, sales_months.sales_month) as integer) as month_index,
        sum(sales_months.sales_amount) as sales_amount
    from sales_months
    cross join span
    where exists (select 1 from silent)
    group by sales_months.terminal_id, sales_months.distributor_id, span.first_month, sales_months.sales_month
),
ends as (
    select distinct distributor_id, last_index from silent
),
usual as (
    select
        monthly.terminal_id,
        ends.distributor_id,
        ends.last_index,
        sum(case when monthly.distributor_id = ends.distributor_id then monthly.sales_amount end) as own_amount,
        sum(monthly.sales_amount) as all_amount
    from ends
    join monthly on monthly.month_index between ends.last_index - 2 and ends.last_index
    group by monthly.terminal_id, ends.distributor_id, ends.last_index
    having own_amount > 0 and own_amount >= all_amount / 2
)
select distinct
    usual.terminal_id,
    cast(silent.month_index as integer) as month_index
from usual
join silent on silent.distributor_id = usual.distributor_id and silent.last_index = usual.last_index
left join monthly on monthly.terminal_id = usual.terminal_id and monthly.month_index = silent.month_index
where monthly.terminal_id is null
order by usual.terminal_id, month_index
