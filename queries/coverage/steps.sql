-- The ladder from knowing a terminal to selling it the full range: how many stand on each step or higher, how many stop there.
-- Steps: known, target, listed, ordered, active, repeated, several, full. A step whose table is missing is left out.
-- grain: one row a step, from the lowest
-- columns:
--   step_number     integer  place of the step
--   step            varchar  code of the step
--   terminal_count  bigint   terminals that reached it, and every step below
--   stuck_count     bigint   those that reached it and no further
--   reached_rate    double   terminals on it ÷ terminals on the step below; empty on the lowest
--   base_count      bigint   terminals that had reached it in the window compared with; empty where it meant another range
--   depth_unit      varchar  what depth is counted in: line or product; empty where there are fewer than three of both
--   range_count     bigint   how many of them there are to buy
with standing as (
    select
        false as is_base,
        step_number,
        depth_unit,
        range_count,
        count(*) as terminal_count
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    )
    group by step_number, depth_unit, range_count
    union all
    select
        true as is_base,
        step_number,
        depth_unit,
        range_count,
        count(*) as terminal_count
    from covered_terminals(
        $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines, $distributors
    )
    group by step_number, depth_unit, range_count
),
offered as (
    select
        max(depth_unit) filter (where not is_base) as depth_unit,
        max(range_count) filter (where not is_base) as range_count,
        max(depth_unit) filter (where is_base) as base_depth_unit,
        max(range_count) filter (where is_base) as base_range_count
    from standing
),
ladder as (
    select
        steps.number as step_number,
        steps.step,
        offered.depth_unit,
        offered.range_count,
        case steps.step
            when 'several' then offered.depth_unit is not distinct from offered.base_depth_unit
            when 'full' then
                offered.depth_unit is not distinct from offered.base_depth_unit
                and offered.range_count is not distinct from offered.base_range_count
            else true
        end as is_comparable
    from (
        values (1, 'known'), (2, 'target'), (3, 'listed'), (4, 'ordered'), (5, 'active'), (6, 'repeated'), (7, 'several'), (8, 'full')
    ) as steps (number, step)
    cross join offered
    where case steps.step
        when 'target' then exists (select 1 from terminals where is_target is not null)
        when 'listed' then exists (select 1 from listings)
        when 'several' then offered.depth_unit is not null
        -- where three is all there is, several and full are the same
        when 'full' then offered.depth_unit is not null and offered.range_count > 3
        else true
    end
),
reached as (
    select
        ladder.step_number,
        ladder.step,
        coalesce(sum(standing.terminal_count) filter (where not standing.is_base), 0)::bigint as terminal_count,
        case
            when ladder.is_comparable then coalesce(sum(standing.terminal_count) filter (where standing.is_base), 0)
        end::bigint as base_count,
        ladder.depth_unit,
        ladder.range_count
    from ladder
    left join standing on standing.step_number >= ladder.step_number
    group by ladder.step_number, ladder.step, ladder.is_comparable, ladder.depth_unit, ladder.range_count
)
select
    step_number,
    step,
    terminal_count,
    terminal_count - lead(terminal_count, 1, 0) over (order by step_number) as stuck_count,
    terminal_count / nullif(lag(terminal_count) over (order by step_number), 0) as reached_rate,
    base_count,
    depth_unit,
    range_count
from reached
order by step_number
