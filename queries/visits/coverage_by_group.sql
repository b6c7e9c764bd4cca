-- Joint-visit coverage and rate of the terminals of each grade, kind or territory compared.
-- grain: one row a group
-- parameters:
--   by  varchar  grade  grade, type or territory
-- columns:
--   group_id               varchar  grade, kind of terminal or territory; empty for those without
--   group_name             varchar  the territory's name; empty for a grade or kind
--   target_count           bigint   target terminals open in the period
--   jointly_visited_count  bigint   those with a joint visit
--   joint_coverage_rate    double   with a joint visit ÷ targets
--   visited_count          bigint   targets called on at all
--   visit_coverage_rate    double   called on ÷ targets
--   visit_count            bigint   calls of all kinds, at terminals that are no targets too
--   joint_count            bigint   joint visits
--   joint_rate             double   joint ÷ all calls
with unit_places as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
),
calls as (
    select
        terminal_id,
        count(*) as visit_count,
        count(*) filter (where is_joint) as joint_count
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
    group by terminal_id
),
grouped as (
    select
        case $by::varchar
            when 'grade' then coalesce(here.grade, '')
            when 'type' then coalesce(here.type, '')
            else coalesce(unit_places.unit_id, '')
        end as group_id,
        here.is_counted,
        coalesce(calls.visit_count, 0) as visit_count,
        coalesce(calls.joint_count, 0) as joint_count
    from called_terminals($period_start, $period_end, null, $territories, $distributors) as here
    left join unit_places on unit_places.territory_id = here.territory_id
    left join calls on calls.terminal_id = here.terminal_id
)
select
    grouped.group_id,
    coalesce(any_value(territories.name), '') as group_name,
    count(*) filter (where is_counted) as target_count,
    count(*) filter (where is_counted and joint_count > 0) as jointly_visited_count,
    count(*) filter (where is_counted and joint_count > 0)
    / nullif(count(*) filter (where is_counted), 0) as joint_coverage_rate,
    count(*) filter (where is_counted and visit_count > 0) as visited_count,
    count(*) filter (where is_counted and visit_count > 0)
    / nullif(count(*) filter (where is_counted), 0) as visit_coverage_rate,
    sum(visit_count)::bigint as visit_count,
    sum(joint_count)::bigint as joint_count,
    sum(joint_count) / nullif(sum(visit_count), 0) as joint_rate
from grouped
left join territories on territories.territory_id = grouped.group_id and $by::varchar = 'territory'
group by grouped.group_id
having count(*) filter (where is_counted) > 0 or sum(joint_count) > 0
order by
    case when $by::varchar = 'grade' then grouped.group_id = '' end,
    case when $by::varchar = 'grade' then grouped.group_id end,
    joint_coverage_rate desc nulls last,
    grouped.group_id
