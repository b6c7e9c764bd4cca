-- Distributors that sold in each of the three months before, and of which the last whole month holds no line at all:
-- their file is late, and their customers are not lost.
-- grain: one row a distributor, largest missing sales first
-- columns:
--   distributor_id    varchar        the distributor
--   distributor_name  varchar        its name
--   last_month        date           last month with a line from it
--   month_count       bigint         whole months missing
--   usual_amount      decimal(38,2)  pure sales it had in a month, mean of its last three
with last_months as (
    select
        case when is_month_complete then data_month else (data_month - interval 1 month)::date end as last_month
    from workspace
),
monthly as (
    select
        distributor_id,
        sales_month,
        sum(sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    where distributor_id is not null
    group by distributor_id, sales_month
),
reported as (
    select
        monthly.distributor_id,
        max(monthly.sales_month) filter (where monthly.sales_month <= last_months.last_month) as last_seen,
        any_value(last_months.last_month) as last_month
    from monthly
    cross join last_months
    group by monthly.distributor_id
),
late as (
    select
        reported.distributor_id,
        reported.last_seen,
        datediff('month', reported.last_seen, reported.last_month) as month_count,
        sum(monthly.sales_amount) / 3 as usual_amount,
        count(*) as month_seen_count
    from reported
    join monthly
        on monthly.distributor_id = reported.distributor_id
        and monthly.sales_month <= reported.last_seen
        and monthly.sales_month > reported.last_seen - interval 3 month
    where reported.last_seen < reported.last_month and reported.last_seen >= reported.last_month - interval 3 month
    group by reported.distributor_id, reported.last_seen, reported.last_month
)
select
    late.distributor_id,
    distributors.name as distributor_name,
    late.last_seen as last_month,
    late.month_count,
    late.usual_amount::decimal(38, 2) as usual_amount
from late
join distributors on distributors.distributor_id = late.distributor_id
where late.month_seen_count = 3
order by usual_amount desc, late.distributor_id
