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
)
select
    standing.sales_month,
    standing.measure,
    standing.unit_id,
    coalesce(territories.name, '') as unit_name,
    coalesce(above.name, '') as group_name,
    standing.sales_amount,
    standing.to_day_amount,
    standing.target_amount,
    standing.target_to_date_amount,
    standing.covered_amount,
    standing.covered_to_day_amount,
    standing.version,
    standing.is_allocated,
    standing.basis,
    standing.active_count
from standing_months('parts', 'sold', $months_start, $months_end, $period_start, $period_end) as standing
left join territories on territories.territory_id = standing.unit_id
left join territories as above on above.territory_id = territories.parent_id
order by standing.measure, standing.unit_id, standing.sales_month
