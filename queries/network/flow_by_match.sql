-- How much of the flow to the market is placed: pure sales to terminals with a territory, to terminals without one, and
-- lines naming a party that no table knows. By absolute value of each link and month, so that returns hide nothing.
-- A territory filter leaves out by itself what has no territory.
-- grain: one row a class: placed, unassigned, unmatched
-- columns:
--   class        varchar        placed, unassigned or unmatched
--   size_amount  decimal(38,2)  absolute value in the period
--   base_amount  decimal(38,2)  absolute value in the period compared with
--   line_count   bigint         shipment lines in the period
with classes as (
    select unnest(['placed', 'unassigned', 'unmatched']) as class
),
judged as (
    select
        case
            when edges.stage = 'unclassified' then 'unmatched'
            when territories.territory_id is null then 'unassigned'
            else 'placed'
        end as class,
        edges.flow_month,
        edges.flow_amount,
        edges.to_day_amount,
        edges.line_count
    from selected_edges($territories, $manufacturers, $product_lines, $distributors) as edges
    left join territories on territories.territory_id = edges.territory_id
    where edges.stage in ('pure_sales', 'unclassified')
        and (
            (edges.flow_month >= $period_start::date and edges.flow_month < $period_end::date)
            or (edges.flow_month >= $base_start::date and edges.flow_month < $base_end::date)
        )
),
summed as (
    select
        class,
        sum(case when flow_month >= $period_start::date and flow_month < $period_end::date then abs(flow_amount) end) as size_amount,
        sum(case
            when flow_month < $base_start::date or flow_month >= $base_end::date then null
            when flow_month = $base_cut_month::date then abs(to_day_amount)
            else abs(flow_amount)
        end) as base_amount,
        sum(case when flow_month >= $period_start::date and flow_month < $period_end::date then line_count end) as line_count
    from judged
    group by class
)
select
    classes.class,
    cast(coalesce(summed.size_amount, 0) as decimal(38, 2)) as size_amount,
    cast(coalesce(summed.base_amount, 0) as decimal(38, 2)) as base_amount,
    cast(coalesce(summed.line_count, 0) as bigint) as line_count
from classes
left join summed on summed.class = classes.class
order by classes.class
