-- Pure sales by the distributor that sold, sell-in by the one that received, and their targets, by month. Sales without a
-- distributor have the empty id.
-- grain: one row a month, measure and distributor
-- parameters:
--   months_start  date  year_start  first month
--   months_end    date  year_end    first month no longer given
-- columns:
--   sales_month            date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   unit_id                varchar        the distributor; empty for direct sales
--   unit_name              varchar        its name; empty where there is none
--   group_name             varchar        its home territory
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
with sold as (
    select
        sales_month,
        coalesce(distributor_id, '') as unit_id,
        terminal_id,
        sum(sales_amount) as sales_amount,
        sum(to_day_amount) as to_day_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    group by sales_month, coalesce(distributor_id, ''), terminal_id
),
shipped as (
    select
        flow_month,
        buyer_id as unit_id,
        flow_amount,
        to_day_amount
    from selected_edges($territories, $manufacturers, $product_lines, $distributors)
    where stage = 'sell_in'
),
planned as (
    select
        plans.plan_month,
        plans.measure,
        plans.holder_id as unit_id,
        plans.target_amount,
        plans.target_to_date_amount,
        plans.covered_amount,
        plans.covered_to_day_amount,
        plans.version,
        false as is_allocated,
        '' as basis
    from distributor_plans($territories, $manufacturers, $product_lines, $distributors) as plans
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
    coalesce(distributors.name, '') as unit_name,
    coalesce(territories.name, '') as group_name,
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
left join distributors on distributors.distributor_id = standing.unit_id
left join territories on territories.territory_id = distributors.territory_id
order by standing.measure, standing.unit_id, standing.sales_month
