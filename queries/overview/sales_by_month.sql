-- Pure sales, plan and last year by month from $chart_start to $chart_end, with what the rest of the year may bring.
-- The projection of a month not yet over is last year's month times the growth of the year so far; it is a plain yardstick.
-- grain: one row a month
-- parameters:
--   chart_start  date  year_start  first month shown
--   chart_end    date  year_end    first month no longer shown
-- columns:
--   month                  date           first day of the month
--   actual_amount          decimal(38,2)  pure sales so far; empty for months to come and before the data begin
--   plan_amount            decimal(38,2)  target of the month; empty without one
--   plan_to_date_amount    decimal(38,2)  target due by the last day of data
--   covered_amount         decimal(38,2)  pure sales that the target is for; empty without one
--   base_amount            decimal(38,2)  pure sales of the same month last year, whole; empty before the data begin
--   base_to_day_amount     decimal(38,2)  of it the days up to the day the data end on, for the month they end in
--   forecast_amount        decimal(38,2)  projection of the whole month where it is not over; empty where there is no last year
--   is_partial             boolean        whether the data end inside this month
--   active_count           bigint         terminals with net pure sales above zero in the month
with months as (
    select unnest(generate_series($chart_start::date, $chart_end::date - interval 1 day, interval 1 month))::date as month
),
sales as (
    select
        sales_month,
        sum(sales_amount) as sales_amount,
        sum(to_day_amount) as to_day_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    group by sales_month
),
active as (
    select
        sales_month,
        count(*) filter (where terminal_amount > 0) as active_count
    from (
        select sales_month, terminal_id, sum(sales_amount) as terminal_amount
        from selected_sales($territories, $manufacturers, $product_lines, $distributors)
        where sales_month >= $chart_start::date and sales_month < $chart_end::date
        group by sales_month, terminal_id
    )
    group by sales_month
),
-- growth of the data's year so far, like for like
year_so_far as (
    select
        sum(case when sales.sales_month >= date_trunc('year', workspace.data_month) then sales.sales_amount end) as now_amount,
        sum(
            case
                when sales.sales_month >= date_trunc('year', workspace.data_month) - interval 1 year
                    and sales.sales_month < workspace.data_month - interval 1 year then sales.sales_amount
                when sales.sales_month = workspace.data_month - interval 1 year then sales.to_day_amount
            end
        ) as before_amount,
        min(sales.sales_month) <= date_trunc('year', any_value(workspace.data_month)) - interval 1 year as has_before
    from sales
    cross join workspace
    where sales.sales_month <= workspace.data_month
)
select
    months.month,
    case when months.month between beginning.first_month and workspace.data_month then coalesce(sales.sales_amount, 0)::decimal(38, 2) end as actual_amount,
    plan.target_amount::decimal(38, 2) as plan_amount,
    plan.target_to_date_amount::decimal(38, 2) as plan_to_date_amount,
    case when months.month <= workspace.data_month then plan.covered_amount::decimal(38, 2) end as covered_amount,
    case when last_year.sales_month is not null then last_year.sales_amount::decimal(38, 2) end as base_amount,
    case when months.month = workspace.data_month and not workspace.is_month_complete then last_year.to_day_amount::decimal(38, 2) end as base_to_day_amount,
    case
        when months.month > workspace.data_month or (months.month = workspace.data_month and not workspace.is_month_complete)
            then case
                when year_so_far.has_before and year_so_far.before_amount > 0
                    then (last_year.sales_amount::double * year_so_far.now_amount::double / year_so_far.before_amount::double)::decimal(38, 2)
            end
    end as forecast_amount,
    months.month = workspace.data_month and not workspace.is_month_complete as is_partial,
    coalesce(active.active_count, 0) as active_count
from months
cross join workspace
cross join (select min(flow_month) as first_month from flow_months) as beginning
cross join year_so_far
left join sales on sales.sales_month = months.month
left join sales as last_year on last_year.sales_month = months.month - interval 1 year
left join selected_plan($territories, $manufacturers, $product_lines, $distributors) as plan on plan.plan_month = months.month
left join active on active.sales_month = months.month
order by months.month
