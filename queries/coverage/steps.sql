-- The ladder from knowing a terminal to selling it the full range: how many stand on each step or higher, how many stop there.
-- Steps: known, target, listed, ordered, active, repeated, several, full. A step whose table is missing is left out.
-- grain: one row a step, from the lowest
-- columns:
--   step_number     integer  place of the step
--   step            varchar  code of the step
--   terminal_count  bigint   terminals that reached it, and every step below
--   stuck_count     bigint   those that reached it and no further
--   reached_rate    double   terminals on it ÷ terminals on the step below; empty on the lowest
--   depth_unit      varchar  what depth is counted in: line or product; empty where there are fewer than three of both
--   range_count     bigint   how many of them there are to buy
with standing as (
    select
        step_number,
        count(*) as terminal_count
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    )
    group by step_number
),
offered as (
    select *
    from range_offered($period_start, $period_end, null, $manufacturers, $product_lines, $distributors)
),
ladder as (
    select
        steps.number as step_number,
        steps.step,
        offered.depth_unit,
        offered.range_count
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
        coalesce(sum(standing.terminal_count) filter (where standing.step_number >= ladder.step_number), 0)::bigint as terminal_count,
        ladder.depth_unit,
        ladder.range_count
    from ladder
    left join standing on true
    group by ladder.step_number, ladder.step, ladder.depth_unit, ladder.range_count
)
select
    step_number,
    step,
    terminal_count,
    terminal_count - lead(terminal_count, 1, 0) over (order by step_number) as stuck_count,
    terminal_count / nullif(lag(terminal_count) over (order by step_number), 0) as reached_rate,
    depth_unit,
    range_count
from reached
order by step_number
