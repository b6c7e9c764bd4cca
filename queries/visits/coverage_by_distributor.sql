-- Joint visits with each distributor and how many of the targets it supplies they reached.
-- Supplied are terminals that bought from it in the twelve months before the period's end.
-- grain: one row a distributor that supplies targets or was beside in a joint visit, most joint visits first
-- parameters:
--   row_limit  integer  20  the most rows given
-- columns:
--   group_id               varchar        the distributor
--   group_name             varchar        its name
--   target_count           bigint         targets it supplies
--   jointly_visited_count  bigint         those visited jointly with it
--   joint_coverage_rate    double         visited jointly with it ÷ targets it supplies
--   joint_count            bigint         joint visits with it
--   sales_amount           decimal(38,2)  its pure sales in the twelve months to the targets here
--   all_count              bigint         such distributors before the limit
with here as (
    select *
    from called_terminals($period_start, $period_end, null, $territories, $distributors)
    where is_counted
),
supplied as (
    select
        sold.distributor_id,
        sold.terminal_id,
        sum(sold.sales_amount) as sales_amount
    from terminal_months as sold
    join here on here.terminal_id = sold.terminal_id
    where sold.distributor_id is not null
        and in_list($distributors, sold.distributor_id)
        and sold.sales_month >= date_trunc('month', end_of_view($period_end, null) - 1) - interval 11 month
        and sold.sales_month < end_of_view($period_end, null)
    group by sold.distributor_id, sold.terminal_id
),
beside as (
    select
        distributor_id,
        terminal_id,
        count(*) as joint_count
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
    where is_joint
    group by distributor_id, terminal_id
),
paired as (
    select
        coalesce(supplied.distributor_id, beside.distributor_id) as distributor_id,
        supplied.terminal_id is not null as is_supplied,
        coalesce(beside.joint_count, 0) as joint_count,
        supplied.sales_amount
    from supplied
    full join beside on beside.distributor_id = supplied.distributor_id and beside.terminal_id = supplied.terminal_id
)
select
    paired.distributor_id as group_id,
    coalesce(any_value(distributors.name), paired.distributor_id) as group_name,
    count(*) filter (where is_supplied) as target_count,
    count(*) filter (where is_supplied and joint_count > 0) as jointly_visited_count,
    count(*) filter (where is_supplied and joint_count > 0) / nullif(count(*) filter (where is_supplied), 0) as joint_coverage_rate,
    sum(joint_count)::bigint as joint_count,
    coalesce(sum(sales_amount), 0)::decimal(38, 2) as sales_amount,
    count(*) over () as all_count
from paired
left join distributors on distributors.distributor_id = paired.distributor_id
group by paired.distributor_id
order by joint_count desc, sales_amount desc, paired.distributor_id
limit $row_limit::integer
