-- Which terminals the activities of the period reached, by grade and territory: the grade held on the last day, the
-- territory one level below the one chosen. Counted are the terminals open on that day and every one reached.
-- grain: one row a grade and unit
-- columns:
--   grade           varchar  the grade; empty for none
--   unit_id         varchar  territory one level below the one chosen; empty for what lies elsewhere
--   unit_name       varchar  its name; empty for none
--   terminal_count  bigint   terminals
--   reached_count   bigint   those of them that took part in an activity of the period
--   once_count      bigint   in one
--   twice_count     bigint   in two
--   more_count      bigint   in three or more
with exposures as (
    select
        attended.terminal_id,
        count(*) as event_count
    from selected_activities(
        $period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors
    ) as listed
    join took_part() as attended on attended.activity_id = listed.activity_id
    where listed.starts_on < $period_end::date and not listed.is_upcoming and not listed.is_cancelled
    group by attended.terminal_id
),
grades as (
    select
        terminal_grades.terminal_id,
        arg_max(terminal_grades.grade, terminal_grades.valid_from) as grade
    from terminal_grades
    cross join (select end_of_view($period_end, null) as end_on) as ending
    where terminal_grades.valid_from < ending.end_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to >= ending.end_on)
    group by terminal_grades.terminal_id
),
counted as (
    select
        coalesce(grades.grade, '') as grade,
        coalesce(placed.unit_id, '') as unit_id,
        coalesce(exposures.event_count, 0) as event_count
    from terminals
    cross join (select end_of_view($period_end, null) as end_on) as ending
    left join exposures on exposures.terminal_id = terminals.terminal_id
    left join grades on grades.terminal_id = terminals.terminal_id
    left join units_over_territories($territories) as placed on placed.territory_id = terminals.territory_id
    where exposures.terminal_id is not null
        or (
            in_territories($territories, terminals.territory_id)
            and (terminals.opened_on is null or terminals.opened_on < ending.end_on)
            and (terminals.closed_on is null or terminals.closed_on >= ending.end_on)
        )
)
select
    counted.grade,
    counted.unit_id,
    coalesce(territories.name, '') as unit_name,
    count(*) as terminal_count,
    count(*) filter (where counted.event_count > 0) as reached_count,
    count(*) filter (where counted.event_count = 1) as once_count,
    count(*) filter (where counted.event_count = 2) as twice_count,
    count(*) filter (where counted.event_count > 2) as more_count
from counted
left join territories on territories.territory_id = counted.unit_id
group by counted.grade, counted.unit_id, coalesce(territories.name, '')
order by counted.grade = '', counted.grade, counted.unit_id = '', counted.unit_id
