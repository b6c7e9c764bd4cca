-- What each distributor has shown it can sell: its best three months running among the last 24 whole months, beside its last
-- three. All its lines and territories count: capacity is the company's, whatever the filters. One that is suspended or
-- ended, or sold nothing in the last whole month, has none to spare.
-- grain: one row a distributor with pure sales in these months
-- columns:
--   distributor_id    varchar        the distributor
--   distributor_name  varchar        its name
--   tier              integer        1 or 2; empty where not said
--   best_amount       decimal(38,2)  pure sales of its best three months running
--   best_month        date           the last of those months
--   quarter_amount    decimal(38,2)  pure sales of the last three whole months of the window
--   spare_amount      decimal(38,2)  best less last three months; zero where it is not available
--   is_available      boolean        neither suspended nor ended, and selling in the last whole month
--   month_count       bigint         whole months of history looked at
with ending as (
    select
        least(
            $period_end::date,
            case
                when workspace.is_month_complete then cast(workspace.data_month + interval 1 month as date)
                else workspace.data_month
            end
        ) as end_month
    from workspace
),
range_of_months as (
    select
        greatest(min(terminal_months.sales_month), cast(min(ending.end_month) - interval 24 month as date)) as first_month,
        cast(min(ending.end_month) - interval 1 month as date) as last_month
    from terminal_months
    cross join ending
),
months as (
    select cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as sales_month
    from range_of_months
),
sold as (
    select
        terminal_months.distributor_id,
        terminal_months.sales_month,
        sum(terminal_months.sales_amount) as sales_amount
    from terminal_months
    cross join range_of_months
    where terminal_months.distributor_id is not null
        and terminal_months.sales_month >= range_of_months.first_month
        and terminal_months.sales_month <= range_of_months.last_month
    group by terminal_months.distributor_id, terminal_months.sales_month
),
grid as (
    select
        sellers.distributor_id,
        months.sales_month,
        coalesce(sold.sales_amount, 0) as sales_amount
    from (select distinct sold.distributor_id from sold) as sellers
    cross join months
    left join sold on sold.distributor_id = sellers.distributor_id and sold.sales_month = months.sales_month
),
quarters as (
    select
        distributor_id,
        sales_month,
        sales_amount,
        sum(sales_amount) over last_three as quarter_amount,
        count(*) over last_three as month_count
    from grid
    window last_three as (partition by distributor_id order by sales_month rows between 2 preceding and current row)
),
measured as (
    select
        quarters.distributor_id,
        max(case when quarters.month_count = 3 then quarters.quarter_amount end) as best_amount,
        arg_max(quarters.sales_month, quarters.quarter_amount) filter (where quarters.month_count = 3) as best_month,
        max(case when quarters.sales_month = range_of_months.last_month then quarters.quarter_amount end) as quarter_amount,
        max(case when quarters.sales_month = range_of_months.last_month then quarters.sales_amount end) as last_amount,
        count(*) as month_count
    from quarters
    cross join range_of_months
    group by quarters.distributor_id
)
select
    measured.distributor_id,
    coalesce(distributors.name, measured.distributor_id) as distributor_name,
    distributors.tier,
    cast(measured.best_amount as decimal(38, 2)) as best_amount,
    measured.best_month,
    cast(measured.quarter_amount as decimal(38, 2)) as quarter_amount,
    cast(
        case
            when coalesce(distributors.stage, '') in ('suspended', 'ended') or measured.last_amount <= 0 then 0
            else greatest(coalesce(measured.best_amount - measured.quarter_amount, 0), 0)
        end as decimal(38, 2)
    ) as spare_amount,
    coalesce(distributors.stage, '') not in ('suspended', 'ended') and measured.last_amount > 0 as is_available,
    measured.month_count
from measured
left join distributors on distributors.distributor_id = measured.distributor_id
order by measured.distributor_id
