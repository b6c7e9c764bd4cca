-- How many product lines (or products) the terminals of each grade bought in the period. Distinct terminals, never summed.
-- grain: one row a grade and depth, every depth from 0 to 5 or the full range
-- columns:
--   grade           varchar  grade on the last day of the period; empty for those without one
--   depth_count     bigint   lines or products bought; 5 stands for five and more
--   terminal_count  bigint   terminals open on the last day
--   grade_count     bigint   terminals of the grade
--   terminal_share  double   terminals ÷ terminals of the grade
--   depth_unit      varchar  line or product
--   is_open_ended   boolean  whether the depth stands for more as well
with standing as (
    select
        coalesce(grade, '') as grade,
        least(depth_count, 5) as depth_count,
        depth_unit,
        range_count
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    )
    where is_open and (is_counted or grade is not null)
),
-- the same for every terminal
offered as (
    select
        coalesce(any_value(depth_unit), 'product') as depth_unit,
        any_value(range_count) as range_count
    from standing
),
grid as (
    select
        grades.grade,
        depths.depth_count,
        grades.grade_count,
        offered.depth_unit,
        depths.depth_count = 5 and offered.range_count > 5 as is_open_ended
    from (
        select
            grade,
            count(*) as grade_count
        from standing
        group by grade
    ) as grades
    cross join offered
    cross join lateral (select unnest(generate_series(0, least(offered.range_count, 5))) as depth_count) as depths
)
select
    grid.grade,
    grid.depth_count,
    count(standing.grade) as terminal_count,
    grid.grade_count,
    count(standing.grade) / nullif(grid.grade_count, 0) as terminal_share,
    grid.depth_unit,
    grid.is_open_ended
from grid
left join standing on standing.grade = grid.grade and standing.depth_count = grid.depth_count
group by grid.grade, grid.depth_count, grid.grade_count, grid.depth_unit, grid.is_open_ended
order by grid.grade = '', grid.grade, grid.depth_count
