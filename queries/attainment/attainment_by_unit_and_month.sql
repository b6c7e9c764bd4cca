-- Pure sales and target by month from $months_start to $months_end for the territories compared and for all together;
-- what is in none of them has the empty id, so that the parts of a month add up to its whole.
-- grain: one row a month and territory, and one a month for the whole
-- parameters:
--   months_start  date  year_start  first month
--   months_end    date  year_end    first month no longer given
-- columns:
--   sales_month            date           first day of the month
--   unit_id                varchar        the territory; empty for what is in none of those listed, and for the whole
--   unit_name              varchar        its name; empty where the id is
--   is_whole               boolean        whether the row is all of them together
--   sales_amount           decimal(38,2)  pure sales of the month, up to the last day of data
--   target_amount          decimal(38,2)  target of the month; empty without one
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data
--   covered_amount         decimal(38,2)  pure sales that the target is for; empty without one
--   attainment_rate        double         those over target due; empty where that is not above zero
with units as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
),
-- a row a unit and, where the unit is NULL, the whole
sales as (
    select
        unit_id,
        sales_month,
        sum(sales_amount) as sales_amount
    from (
        select
            coalesce(units.unit_id, '') as unit_id,
            selected.sales_month,
            selected.sales_amount
        from selected_sales($territories, $manufacturers, $product_lines, $distributors) as selected
        left join units on units.territory_id = selected.territory_id
        where selected.sales_month >= $months_start::date and selected.sales_month < $months_end::date
    )
    group by grouping sets ((unit_id, sales_month), (sales_month))
),
unit_plan as (
    select
        plan_months.territory_id as unit_id,
        plan_months.plan_month,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        sum(plan_months.covered_amount) as covered_amount
    from plan_months
    join compared_units($territories) as compared_units on compared_units.unit_id = plan_months.territory_id
    join planned_lines($manufacturers, $product_lines) as lines on lines.product_line = plan_months.product_line
    where plan_months.measure = 'pure_sales' and len($distributors::varchar[]) = 0
    group by plan_months.territory_id, plan_months.plan_month
),
whole_plan as (
    select
        plan_month,
        target_amount,
        target_to_date_amount,
        covered_amount
    from selected_plan($territories, $manufacturers, $product_lines, $distributors)
),
handed_down as (
    select
        plan_month,
        sum(target_amount) as target_amount,
        sum(target_to_date_amount) as target_to_date_amount,
        sum(covered_amount) as covered_amount
    from unit_plan
    group by plan_month
),
plan as (
    select unit_id, plan_month, target_amount, target_to_date_amount, covered_amount from unit_plan
    union all
    select null as unit_id, plan_month, target_amount, target_to_date_amount, covered_amount from whole_plan
    union all
    select
        '' as unit_id,
        whole_plan.plan_month,
        whole_plan.target_amount - coalesce(handed_down.target_amount, 0) as target_amount,
        whole_plan.target_to_date_amount - coalesce(handed_down.target_to_date_amount, 0) as target_to_date_amount,
        whole_plan.covered_amount - coalesce(handed_down.covered_amount, 0) as covered_amount
    from whole_plan
    left join handed_down on handed_down.plan_month = whole_plan.plan_month
    where exists (select 1 from unit_plan) and whole_plan.target_amount <> coalesce(handed_down.target_amount, 0)
),
listed as (
    select unit_id, sales_month from sales
    union
    select unit_id, plan_month from plan where plan_month >= $months_start::date and plan_month < $months_end::date
)
select
    listed.sales_month,
    coalesce(listed.unit_id, '') as unit_id,
    coalesce(territories.name, '') as unit_name,
    listed.unit_id is null as is_whole,
    coalesce(sales.sales_amount, 0)::decimal(38, 2) as sales_amount,
    plan.target_amount::decimal(38, 2) as target_amount,
    plan.target_to_date_amount::decimal(38, 2) as target_to_date_amount,
    plan.covered_amount::decimal(38, 2) as covered_amount,
    case
        when plan.target_to_date_amount > 0 then plan.covered_amount::double / plan.target_to_date_amount::double
    end as attainment_rate
from listed
left join territories on territories.territory_id = listed.unit_id
left join sales on sales.unit_id is not distinct from listed.unit_id and sales.sales_month = listed.sales_month
left join plan on plan.unit_id is not distinct from listed.unit_id and plan.plan_month = listed.sales_month
order by listed.sales_month, is_whole desc, unit_id
