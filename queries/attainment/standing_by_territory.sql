-- Sales and targets by month of the territories compared (regions, or the parts of the one chosen); targets that were
-- given only above are handed down and marked. What is in none of them has the empty id.
-- grain: one row a month, measure and territory
-- parameters:
--   months_start  date  year_start  first month
--   months_end    date  year_end    first month no longer given
-- columns:
--   sales_month            date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   unit_id                varchar        the territory; empty for what is in none of those listed
--   unit_name              varchar        its name; empty where there is none
--   group_name             varchar        the territory above it
--   sales_amount           decimal(38,2)  sales of the month
--   to_day_amount          decimal(38,2)  those of the days up to the day of the month the data end on
--   target_amount          decimal(38,2)  target of the month; empty without one
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data
--   covered_amount         decimal(38,2)  pure sales that the target is for; empty where it is for all of them
--   covered_to_day_amount  decimal(38,2)  those of the days up to the day of the month the data end on
--   version                integer        highest version in force
--   is_allocated           boolean        whether the target was handed down from above
--   basis                  varchar        by what: last_year or equal; empty where it was given
--   active_count           bigint         terminals with net pure sales above zero in the period, all months together
with units as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
),
sold as (
    select
        selected.sales_month,
        coalesce(units.unit_id, '') as unit_id,
        selected.terminal_id,
        sum(selected.sales_amount) as sales_amount,
        sum(selected.to_day_amount) as to_day_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors) as selected
    left join units on units.territory_id = selected.territory_id
    group by selected.sales_month, coalesce(units.unit_id, ''), selected.terminal_id
),
shipped as (
    select
        edges.flow_month,
        coalesce(units.unit_id, '') as unit_id,
        edges.flow_amount,
        edges.to_day_amount
    from selected_edges($territories, $manufacturers, $product_lines, $distributors) as edges
    left join units on units.territory_id = edges.territory_id
    where edges.stage = 'sell_in'
),
planned as (
    select
        plans.*,
        plans.territory_id as unit_id
    from territory_plans($manufacturers, $product_lines, $distributors) as plans
    join compared_units($territories) as compared on compared.unit_id = plans.territory_id
),
parts as (
    select sales_month, 'pure_sales' as measure, unit_id, sales_amount, to_day_amount, null as target_amount, null as target_to_date_amount,
        null as covered_amount, null as covered_to_day_amount, null as version, null as is_allocated, null as basis
    from sold
    union all
    select flow_month, 'sell_in', unit_id, flow_amount, to_day_amount, null, null, null, null, null, null, null
    from shipped
    union all
    select plan_month, measure, unit_id, null, null, target_amount, target_to_date_amount, covered_amount, covered_to_day_amount,
        version, is_allocated, basis
    from planned
),
summed as (
    select
        sales_month,
        measure,
        unit_id,
        sum(sales_amount) as sales_amount,
        sum(to_day_amount) as to_day_amount,
        sum(target_amount) as target_amount,
        sum(target_to_date_amount) as target_to_date_amount,
        sum(covered_amount) as covered_amount,
        sum(covered_to_day_amount) as covered_to_day_amount,
        max(version) as version,
        coalesce(bool_or(is_allocated), false) as is_allocated,
        coalesce(max(basis), '') as basis
    from parts
    where sales_month >= $months_start::date and sales_month < $months_end::date
    group by sales_month, measure, unit_id
),
active as (
    select
        unit_id,
        count(*) as active_count
    from (
        select unit_id, terminal_id
        from sold
        where sales_month >= $period_start::date and sales_month < $period_end::date
        group by unit_id, terminal_id
        having sum(sales_amount) > 0
    )
    group by unit_id
)
select
    summed.sales_month,
    summed.measure,
    summed.unit_id,
    coalesce(territories.name, '') as unit_name,
    coalesce(above.name, '') as group_name,
    coalesce(summed.sales_amount, 0)::decimal(38, 2) as sales_amount,
    coalesce(summed.to_day_amount, 0)::decimal(38, 2) as to_day_amount,
    summed.target_amount::decimal(38, 2) as target_amount,
    summed.target_to_date_amount::decimal(38, 2) as target_to_date_amount,
    summed.covered_amount::decimal(38, 2) as covered_amount,
    summed.covered_to_day_amount::decimal(38, 2) as covered_to_day_amount,
    summed.version::integer as version,
    summed.is_allocated,
    summed.basis,
    coalesce(active.active_count, 0) as active_count
from summed
left join active on active.unit_id = summed.unit_id
left join territories on territories.territory_id = summed.unit_id
left join territories as above on above.territory_id = territories.parent_id
order by summed.measure, summed.unit_id, summed.sales_month
