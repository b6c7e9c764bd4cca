-- Where the shortfall sits, one step finer than the territories compared: provinces, or the parts of the one chosen.
-- Targets handed down are left out: against them a gap says no more than growth does.
-- grain: one row a territory explained that has a target
-- columns:
--   unit_id          varchar        the territory
--   unit_name        varchar        its name
--   actual_amount    decimal(38,2)  pure sales of the period that the target is for
--   plan_amount      decimal(38,2)  target due by the last day of data
--   attainment_rate  double         one over the other; empty where the target is not above zero
--   gap_amount       decimal(38,2)  one less the other
--   active_count     bigint         terminals with net pure sales above zero in the period
with units as (
    select distinct unit_id
    from explained_places($territories)
    where unit_id <> ''
),
-- what was sold in a region but in none of its provinces stands for the region itself, whose target is that of all
listed as (
    select unit_id
    from units
    where not exists (
        select 1
        from units as lower_units
        join territory_closure as closure on closure.territory_id = lower_units.unit_id and closure.distance > 0
        where closure.ancestor_id = units.unit_id
    )
),
planned as (
    select
        plans.territory_id as unit_id,
        sum(plans.covered_amount) as actual_amount,
        sum(plans.target_to_date_amount) as plan_amount
    from territory_plans($manufacturers, $product_lines, $distributors) as plans
    join listed on listed.unit_id = plans.territory_id
    where plans.measure = 'pure_sales'
        and not plans.is_allocated
        and plans.plan_month >= $period_start::date
        and plans.plan_month < $period_end::date
    group by plans.territory_id
),
active as (
    select
        unit_id,
        count(*) as active_count
    from (
        select places.unit_id, sales.terminal_id
        from selected_sales($territories, $manufacturers, $product_lines, $distributors) as sales
        join explained_places($territories) as places on places.territory_id = sales.territory_id
        where sales.sales_month >= $period_start::date and sales.sales_month < $period_end::date
        group by places.unit_id, sales.terminal_id
        having sum(sales.sales_amount) > 0
    )
    group by unit_id
)
select
    planned.unit_id,
    territories.name as unit_name,
    planned.actual_amount::decimal(38, 2) as actual_amount,
    planned.plan_amount::decimal(38, 2) as plan_amount,
    case when planned.plan_amount > 0 then planned.actual_amount::double / planned.plan_amount::double end as attainment_rate,
    (planned.actual_amount - planned.plan_amount)::decimal(38, 2) as gap_amount,
    coalesce(active.active_count, 0) as active_count
from planned
join territories on territories.territory_id = planned.unit_id
left join active on active.unit_id = planned.unit_id
order by gap_amount, planned.unit_id
