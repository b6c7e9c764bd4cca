-- Distributors that sold in each of the three months before, and of which the last whole month holds no line at all:
-- their file is late, and their customers are not lost. Whether a file came is judged by every line in it, not only by
-- those under the filters; the filters choose what it is missed for.
-- grain: one row a distributor, largest missing sales first
-- columns:
--   distributor_id    varchar        the distributor
--   distributor_name  varchar        its name
--   last_month        date           last month with a line from it
--   month_count       bigint         whole months missing
--   usual_amount      decimal(38,2)  pure sales it had in a month, mean of its last three, under the filters
with last_months as (
    select
        case when is_month_complete then data_month else (data_month - interval 1 month)::date end as last_month
    from workspace
),
reported_months as (
    select distinct
        distributor_id,
        sales_month
    from sales_months
    where distributor_id is not null and in_list($distributors, distributor_id)
),
reported as (
    select
        reported_months.distributor_id,
        max(reported_months.sales_month) filter (where reported_months.sales_month <= last_months.last_month) as last_seen,
        any_value(last_months.last_month) as last_month
    from reported_months
    cross join last_months
    group by reported_months.distributor_id
),
usual as (
    select
        sold.distributor_id,
        sum(sold.sales_amount) / 3 as usual_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors) as sold
    join reported
        on reported.distributor_id = sold.distributor_id
        and sold.sales_month <= reported.last_seen
        and sold.sales_month > reported.last_seen - interval 3 month
    group by sold.distributor_id
),
late as (
    select
        reported.distributor_id,
        reported.last_seen,
        datediff('month', reported.last_seen, reported.last_month) as month_count,
        count(*) as month_seen_count
    from reported
    join reported_months
        on reported_months.distributor_id = reported.distributor_id
        and reported_months.sales_month <= reported.last_seen
        and reported_months.sales_month > reported.last_seen - interval 3 month
    where reported.last_seen < reported.last_month and reported.last_seen >= reported.last_month - interval 3 month
    group by reported.distributor_id, reported.last_seen, reported.last_month
)
select
    late.distributor_id,
    distributors.name as distributor_name,
    late.last_seen as last_month,
    late.month_count,
    usual.usual_amount::decimal(38, 2) as usual_amount
from late
join usual on usual.distributor_id = late.distributor_id
join distributors on distributors.distributor_id = late.distributor_id
where late.month_seen_count = 3
order by usual_amount desc, late.distributor_id
