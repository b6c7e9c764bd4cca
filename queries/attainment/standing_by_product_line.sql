-- Sales and targets by month and product line; products without a line have the empty id. Targets are those of the
-- topmost territories chosen, given by line.
-- grain: one row a month, measure and product line
-- parameters:
--   months_start  date  year_start  first month
--   months_end    date  year_end    first month no longer given
-- columns:
--   sales_month            date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   unit_id                varchar        the product line; empty for products without one
--   unit_name              varchar        its name; empty where there is none
--   group_name             varchar        empty
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
        coalesce(product_line, '') as unit_id,
        terminal_id,
        sum(sales_amount) as sales_amount,
        sum(to_day_amount) as to_day_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    group by sales_month, coalesce(product_line, ''), terminal_id
),
shipped as (
    select
        flow_month,
        coalesce(product_line, '') as unit_id,
        flow_amount,
        to_day_amount
    from selected_edges($territories, $manufacturers, $product_lines, $distributors)
    where stage = 'sell_in'
),
-- a choice of manufacturers has a plan only for the lines it holds whole
whole_lines as (
    select product_line
    from products
    group by product_line
    having bool_and(in_list($manufacturers, manufacturer_id)) and bool_and(in_list($product_lines, product_line))
),
planned as (
    select
        plan_months.plan_month,
        plan_months.measure,
        plan_months.product_line as unit_id,
        plan_months.target_amount,
        plan_months.target_to_date_amount,
        plan_months.covered_amount,
        plan_months.covered_to_day_amount,
        plan_months.version,
        false as is_allocated,
        '' as basis
    from plan_months
    join topmost_territories($territories) as chosen on chosen.territory_id = plan_months.territory_id
    join whole_lines on whole_lines.product_line = plan_months.product_line
    where plan_months.product_line <> '' and len($distributors::varchar[]) = 0
    union all
    select
        held.plan_month,
        held.measure,
        held.product_line as unit_id,
        held.target_amount,
        held.target_to_date_amount,
        held.covered_amount,
        held.covered_to_day_amount,
        held.version,
        false as is_allocated,
        '' as basis
    from holder_plan_months as held
    join whole_lines on whole_lines.product_line = held.product_line
    where held.holder_kind = 'distributor'
        and held.product_line <> ''
        and len($distributors::varchar[]) > 0
        and in_list($distributors, held.holder_id)
        and len($territories::varchar[]) = 0
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
    standing.unit_id as unit_name,
    '' as group_name,
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
order by standing.measure, standing.unit_id, standing.sales_month
