-- Where each territory stands: pure sales against the target due, against the target of the whole period up to $landing_end,
-- and against the comparison, for the territories compared (regions, or the parts of the one chosen) and for all together.
-- What lies above the parts (sales without a territory, target not handed down) is a row of its own, so parts add up to the whole.
-- grain: one row a territory, one with the empty id for what is in none of them, and one for the whole
-- parameters:
--   landing_end  date  year_end  first day after the period that is to land
-- columns:
--   unit_id                    varchar        the territory; empty for what is in none of those listed, and for the whole
--   unit_name                  varchar        its name; empty where the id is
--   is_whole                   boolean        whether the row is all of them together
--   actual_amount              decimal(38,2)  pure sales of the period
--   base_amount                decimal(38,2)  pure sales of the comparison period, same days
--   covered_amount             decimal(38,2)  pure sales of the period that the target is for; empty without one
--   plan_amount                decimal(38,2)  target due by the last day of data; empty without one
--   target_amount              decimal(38,2)  target from the period's start to $landing_end; empty without one
--   attainment_rate            double         pure sales that the target is for over it; empty where the target is not above zero
--   base_attainment_rate       double         the same in the comparison period
--   gap_amount                 decimal(38,2)  pure sales that the target is for, less it
--   growth_rate                double         pure sales over those of the comparison period, less one
--   growth_contribution_rate   double         change of pure sales over all pure sales of the comparison period
--   active_count               bigint         terminals with net pure sales above zero in the period
--   plan_month_count           bigint         months of the period that have a target
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
-- a row a unit and, where the unit is NULL, the whole
sales as (
    select
        unit_id,
        sum(terminal_actual_amount) as actual_amount,
        sum(terminal_base_amount) as base_amount,
        count(*) filter (where terminal_actual_amount > 0) as active_count
    from (
        select
            unit_id,
            terminal_id,
            sum(actual_amount) as terminal_actual_amount,
            sum(base_amount) as terminal_base_amount
        from terminal_sales
        group by grouping sets ((unit_id, terminal_id), (terminal_id))
    )
    group by unit_id
),
unit_plan as (
    select
        plan_months.territory_id as unit_id,
        plan_months.plan_month,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        sum(plan_months.covered_amount) as covered_amount,
        sum(plan_months.covered_to_day_amount) as covered_to_day_amount
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
        covered_amount,
        covered_to_day_amount
    from selected_plan($territories, $manufacturers, $product_lines, $distributors)
),
handed_down as (
    select
        plan_month,
        sum(target_amount) as target_amount,
        sum(target_to_date_amount) as target_to_date_amount,
        sum(covered_amount) as covered_amount,
        sum(covered_to_day_amount) as covered_to_day_amount
    from unit_plan
    group by plan_month
),
-- what the whole has beyond its parts, where the parts have targets at all
plan as (
    select unit_id, plan_month, target_amount, target_to_date_amount, covered_amount, covered_to_day_amount from unit_plan
    union all
    select null as unit_id, plan_month, target_amount, target_to_date_amount, covered_amount, covered_to_day_amount from whole_plan
    union all
    select
        '' as unit_id,
        whole_plan.plan_month,
        whole_plan.target_amount - coalesce(handed_down.target_amount, 0) as target_amount,
        whole_plan.target_to_date_amount - coalesce(handed_down.target_to_date_amount, 0) as target_to_date_amount,
        whole_plan.covered_amount - coalesce(handed_down.covered_amount, 0) as covered_amount,
        whole_plan.covered_to_day_amount - coalesce(handed_down.covered_to_day_amount, 0) as covered_to_day_amount
    from whole_plan
    left join handed_down on handed_down.plan_month = whole_plan.plan_month
    where exists (select 1 from unit_plan) and whole_plan.target_amount <> coalesce(handed_down.target_amount, 0)
),
measured as (
    select
        plan.unit_id,
        plan.plan_month >= $period_start::date and plan.plan_month < $period_end::date as is_current,
        plan.plan_month >= $base_start::date and plan.plan_month < $base_end::date as is_base,
        plan.target_amount,
        plan.target_to_date_amount,
        -- the comparison's last month is cut at the same share of working days
        case
            when plan.plan_month = $base_cut_month::date then plan.target_amount * workspace.elapsed_days / workspace.working_days
            else plan.target_amount
        end as base_target_amount,
        plan.covered_amount,
        case
            when plan.plan_month = $base_cut_month::date then plan.covered_to_day_amount
            else plan.covered_amount
        end as base_covered_amount
    from plan
    cross join workspace
    where (plan.plan_month >= $period_start::date and plan.plan_month < $landing_end::date)
        or (plan.plan_month >= $base_start::date and plan.plan_month < $base_end::date)
),
plan_sums as (
    select
        unit_id,
        count(*) filter (where is_current) as plan_month_count,
        sum(case when is_current then target_to_date_amount end) as plan_amount,
        sum(case when is_current then covered_amount end) as covered_amount,
        sum(case when is_base then base_target_amount end) as base_plan_amount,
        sum(case when is_base then base_covered_amount end) as base_covered_amount
    from measured
    group by unit_id
),
period_targets as (
    select
        unit_id,
        sum(target_amount) as target_amount
    from plan
    where plan_month >= $period_start::date and plan_month < $landing_end::date
    group by unit_id
),
listed as (
    select unit_id from compared_units($territories)
    union
    select '' as unit_id from sales where unit_id = '' and (actual_amount <> 0 or base_amount <> 0)
    union
    select '' as unit_id from plan_sums where unit_id = ''
    union
    select null as unit_id
)
select
    coalesce(listed.unit_id, '') as unit_id,
    coalesce(territories.name, '') as unit_name,
    listed.unit_id is null as is_whole,
    coalesce(sales.actual_amount, 0)::decimal(38, 2) as actual_amount,
    coalesce(sales.base_amount, 0)::decimal(38, 2) as base_amount,
    plan_sums.covered_amount::decimal(38, 2) as covered_amount,
    plan_sums.plan_amount::decimal(38, 2) as plan_amount,
    period_targets.target_amount::decimal(38, 2) as target_amount,
    case when plan_sums.plan_amount > 0 then plan_sums.covered_amount::double / plan_sums.plan_amount::double end as attainment_rate,
    case
        when plan_sums.base_plan_amount > 0 then plan_sums.base_covered_amount::double / plan_sums.base_plan_amount::double
    end as base_attainment_rate,
    (plan_sums.covered_amount - plan_sums.plan_amount)::decimal(38, 2) as gap_amount,
    case when sales.base_amount > 0 then sales.actual_amount::double / sales.base_amount::double - 1 end as growth_rate,
    case
        when whole_sales.base_amount > 0
            then (coalesce(sales.actual_amount, 0) - coalesce(sales.base_amount, 0))::double / whole_sales.base_amount::double
    end as growth_contribution_rate,
    coalesce(sales.active_count, 0) as active_count,
    coalesce(plan_sums.plan_month_count, 0) as plan_month_count
from listed
left join territories on territories.territory_id = listed.unit_id
left join sales on sales.unit_id is not distinct from listed.unit_id
left join sales as whole_sales on whole_sales.unit_id is null
left join plan_sums on plan_sums.unit_id is not distinct from listed.unit_id
left join period_targets on period_targets.unit_id is not distinct from listed.unit_id
order by is_whole desc, gap_amount nulls last, actual_amount desc, unit_id
