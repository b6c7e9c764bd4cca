-- The grades, types and regions of terminals that an activity may be planned for, with how many terminals have them today.
-- grain: one row a grade, type or region; grades in order of the alphabet, the others by number
-- columns:
--   topic           varchar  grade, type or region
--   code            varchar  the grade, type or region; empty for terminals with none, where there are others
--   terminal_count  bigint   open terminals
with open_terminals as (
    select
        terminals.terminal_id,
        coalesce(terminals.type, '') as type,
        coalesce(territory_places.region_id, '') as region_id,
        coalesce(
            (
                select arg_max(terminal_grades.grade, terminal_grades.valid_from)
                from terminal_grades
                where terminal_grades.terminal_id = terminals.terminal_id
                    and terminal_grades.valid_from <= workspace.data_through_on
                    and (terminal_grades.valid_to is null or terminal_grades.valid_to > workspace.data_through_on)
            ),
            ''
        ) as grade
    from terminals
    cross join workspace
    left join territory_places on territory_places.territory_id = terminals.territory_id
    where (terminals.closed_on is null or terminals.closed_on > workspace.data_through_on)
        and in_territories($territories, terminals.territory_id)
),
counted as (
    select 'grade' as topic, grade as code, count(*) as terminal_count
    from open_terminals
    group by grade
    union all
    select 'type', type, count(*)
    from open_terminals
    group by type
    union all
    select 'region', region_id, count(*)
    from open_terminals
    group by region_id
)
select
    topic,
    code,
    terminal_count
from counted
where code <> '' or (select count(*) from counted as others where others.topic = counted.topic) > 1
order by topic, case when topic = 'grade' then code = '' end, case when topic = 'grade' then code end, terminal_count desc, code
