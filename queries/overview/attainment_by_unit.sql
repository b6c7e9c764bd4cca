-- Pure sales against plan and last year for the territories compared: regions, or the parts of the one chosen.
-- grain: one row a territory; the empty id is what has no territory
-- columns:
--   unit_id                varchar        the territory; empty for sales without one
--   unit_name              varchar        its name; empty for sales without one
--   actual_amount          decimal(38,2)  pure sales of the period
--   base_amount            decimal(38,2)  pure sales of the comparison period, same days
--   plan_amount            decimal(38,2)  target due by the last day of data; empty without one
--   base_plan_amount       decimal(38,2)  target of the comparison period; empty without one
--   attainment_rate        double         pure sales that the target is for over it; empty where the target is not above zero
--   base_attainment_rate   double         the same in the comparison period
--   gap_amount             decimal(38,2)  pure sales that the target is for, less it
--   growth_rate            double         pure sales over those of the comparison period, less one
--   active_count           bigint         terminals with net pure sales above zero in the period
with units as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
),
terminal_sales as (
    select
        coalesce(units.unit_id, '') as unit_id,
        compared.terminal_id,
        sum(compared.current_amount) as actual_amount,
        sum(compared.base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    ) as compared
    left join units on units.territory_id = compared.territory_id
    group by coalesce(units.unit_id, ''), compared.terminal_id
),
unit_sales as (
    select
        unit_id,
        sum(actual_amount) as actual_amount,
        sum(base_amount) as base_amount,
        count(*) filter (where actual_amount > 0) as active_count
    from terminal_sales
    group by unit_id
),
month_plan as (
    select
        plan_months.territory_id as unit_id,
        plan_months.plan_month,
        plan_months.plan_month >= $period_start::date and plan_months.plan_month < $period_end::date as is_current,
        plan_months.plan_month >= $base_start::date and plan_months.plan_month < $base_end::date as is_base,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        sum(plan_months.covered_amount) as covered_amount
    from plan_months
    join planned_lines($manufacturers, $product_lines) as lines on lines.product_line = plan_months.product_line
    where plan_months.measure = 'pure_sales' and len($distributors::varchar[]) = 0
    group by plan_months.territory_id, plan_months.plan_month
),
plan as (
    select
        month_plan.unit_id,
        sum(case when month_plan.is_current then month_plan.target_to_date_amount end) as plan_amount,
        sum(case when month_plan.is_current then month_plan.covered_amount end) as covered_amount,
        sum(case when month_plan.is_base then month_plan.target_amount end) as base_plan_amount,
        sum(case when month_plan.is_base then month_plan.covered_amount end) as base_covered_amount
    from month_plan
    where month_plan.is_current or month_plan.is_base
    group by month_plan.unit_id
),
listed as (
    select unit_id from compared_units($territories)
    union
    select unit_id from unit_sales where unit_id = '' and (actual_amount <> 0 or base_amount <> 0)
)
select
    listed.unit_id,
    territories.name as unit_name,
    coalesce(unit_sales.actual_amount, 0)::decimal(38, 2) as actual_amount,
    coalesce(unit_sales.base_amount, 0)::decimal(38, 2) as base_amount,
    plan.plan_amount::decimal(38, 2) as plan_amount,
    plan.base_plan_amount::decimal(38, 2) as base_plan_amount,
    case when plan.plan_amount > 0 then plan.covered_amount::double / plan.plan_amount::double end as attainment_rate,
    case when plan.base_plan_amount > 0 and $base_cut_month is null then plan.base_covered_amount::double / plan.base_plan_amount::double end as base_attainment_rate,
    (plan.covered_amount - plan.plan_amount)::decimal(38, 2) as gap_amount,
    case when unit_sales.base_amount > 0 then unit_sales.actual_amount::double / unit_sales.base_amount::double - 1 end as growth_rate,
    coalesce(unit_sales.active_count, 0) as active_count
from listed
left join territories on territories.territory_id = listed.unit_id
left join unit_sales on unit_sales.unit_id = listed.unit_id
left join plan on plan.unit_id = listed.unit_id and listed.unit_id <> ''
order by gap_amount nulls last, actual_amount desc, listed.unit_id
