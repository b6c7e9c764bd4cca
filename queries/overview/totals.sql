-- Pure sales and active terminals of the period, of the comparison, and the plan for the same months.
-- grain: one row
-- columns:
--   current_amount         decimal(38,2)  pure sales of the period
--   base_amount            decimal(38,2)  pure sales of the comparison period, same days
--   active_count           bigint         terminals with net pure sales above zero in the period
--   base_active_count      bigint         the same in the comparison period
--   target_amount          decimal(38,2)  target of the whole months of the period; empty without targets
--   target_to_date_amount  decimal(38,2)  target due by the last day of data
--   plan_month_count       bigint         months of the period that have a target
--   covered_amount         decimal(38,2)  pure sales that the target is for: of its months, places and lines
--   holder_kind            varchar        who holds the targets
--   version                integer        highest target version in force
--   unassigned_amount      decimal(38,2)  pure sales of the period at terminals without a territory
with sales as (
    select *
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
),
terminal_sales as (
    select
        terminal_id,
        sum(current_amount) as current_amount,
        sum(base_amount) as base_amount
    from sales
    group by terminal_id
),
active as (
    select
        coalesce(sum(current_amount), 0)::decimal(38, 2) as current_amount,
        coalesce(sum(base_amount), 0)::decimal(38, 2) as base_amount,
        count(*) filter (where current_amount > 0) as active_count,
        count(*) filter (where base_amount > 0) as base_active_count
    from terminal_sales
),
planned as (
    select *
    from selected_plan($territories, $manufacturers, $product_lines, $distributors)
    where plan_month >= $period_start::date and plan_month < $period_end::date
),
plan as (
    select
        sum(target_amount)::decimal(38, 2) as target_amount,
        sum(target_to_date_amount)::decimal(38, 2) as target_to_date_amount,
        sum(covered_amount)::decimal(38, 2) as covered_amount,
        count(*) as plan_month_count,
        max(holder_kind) as holder_kind,
        max(version) as version
    from planned
),
unassigned as (
    select coalesce(sum(current_amount), 0)::decimal(38, 2) as unassigned_amount
    from sales
    where territory_id is null or territory_id not in (select territories.territory_id from territories)
)
select
    active.current_amount,
    active.base_amount,
    active.active_count,
    active.base_active_count,
    plan.target_amount,
    plan.target_to_date_amount,
    plan.plan_month_count,
    plan.covered_amount,
    plan.holder_kind,
    plan.version,
    unassigned.unassigned_amount
from active
cross join plan
cross join unassigned
