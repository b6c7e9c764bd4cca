-- Where each product line stands: pure sales against the target due, the target up to $landing_end, and the comparison.
-- grain: one row a product line with sales or a target; empty for products without a line
-- parameters:
--   landing_end  date  year_end  first day after the period that is to land
-- columns:
--   product_line          varchar        the product line; empty for products without one
--   actual_amount         decimal(38,2)  pure sales of the period
--   base_amount           decimal(38,2)  pure sales of the comparison period, same days
--   covered_amount        decimal(38,2)  pure sales of the period that the target is for; empty without one
--   plan_amount           decimal(38,2)  target due by the last day of data; empty without one
--   target_amount         decimal(38,2)  target from the period's start to $landing_end; empty without one
--   attainment_rate       double         pure sales that the target is for over it; empty where the target is not above zero
--   gap_amount            decimal(38,2)  pure sales that the target is for, less it
--   growth_rate           double         pure sales over those of the comparison period, less one
--   active_count          bigint         terminals with net pure sales above zero in the period
with terminal_sales as (
    select
        coalesce(product_line, '') as product_line,
        terminal_id,
        sum(current_amount) as terminal_actual_amount,
        sum(base_amount) as terminal_base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
    group by coalesce(product_line, ''), terminal_id
),
sales as (
    select
        product_line,
        sum(terminal_actual_amount) as actual_amount,
        sum(terminal_base_amount) as base_amount,
        count(*) filter (where terminal_actual_amount > 0) as active_count
    from terminal_sales
    group by product_line
),
known_lines as (
    select product_line
    from products
    where product_line is not null and in_list($product_lines, product_line)
    group by product_line
    having bool_and(in_list($manufacturers, manufacturer_id))
),
plan as (
    select
        plan_months.product_line,
        plan_months.plan_month,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        sum(plan_months.covered_amount) as covered_amount
    from plan_months
    join topmost_territories($territories) as chosen on chosen.territory_id = plan_months.territory_id
    join known_lines on known_lines.product_line = plan_months.product_line
    where plan_months.measure = 'pure_sales'
        and len($distributors::varchar[]) = 0
        and plan_months.plan_month >= $period_start::date
        and plan_months.plan_month < $landing_end::date
    group by plan_months.product_line, plan_months.plan_month
),
plan_sums as (
    select
        plan.product_line,
        sum(plan.target_amount) as target_amount,
        sum(case when plan.plan_month < $period_end::date then plan.target_to_date_amount end) as plan_amount,
        sum(case when plan.plan_month < $period_end::date then plan.covered_amount end) as covered_amount
    from plan
    group by plan.product_line
),
listed as (
    select product_line from sales
    union
    select product_line from plan_sums
)
select
    listed.product_line,
    coalesce(sales.actual_amount, 0)::decimal(38, 2) as actual_amount,
    coalesce(sales.base_amount, 0)::decimal(38, 2) as base_amount,
    plan_sums.covered_amount::decimal(38, 2) as covered_amount,
    plan_sums.plan_amount::decimal(38, 2) as plan_amount,
    plan_sums.target_amount::decimal(38, 2) as target_amount,
    case when plan_sums.plan_amount > 0 then plan_sums.covered_amount::double / plan_sums.plan_amount::double end as attainment_rate,
    (plan_sums.covered_amount - plan_sums.plan_amount)::decimal(38, 2) as gap_amount,
    case when sales.base_amount > 0 then sales.actual_amount::double / sales.base_amount::double - 1 end as growth_rate,
    coalesce(sales.active_count, 0) as active_count
from listed
left join sales on sales.product_line = listed.product_line
left join plan_sums on plan_sums.product_line = listed.product_line
order by gap_amount nulls last, actual_amount desc, listed.product_line
