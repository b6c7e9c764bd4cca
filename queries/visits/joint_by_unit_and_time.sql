-- Joint visits of each territory compared, or of each distributor, in every month or week of the period; none is 0.
-- grain: one row a unit and month or week
-- parameters:
--   by         varchar  territory  territory, or distributor for the twenty that were beside most often
--   step_unit  varchar  month      month or week
-- columns:
--   unit_id      varchar  the territory or distributor; empty for terminals without territory
--   unit_name    varchar  its name
--   step_on      date     first day of the month, or the Monday of the week
--   joint_count  bigint   joint visits
--   visit_count  bigint   calls of all kinds; empty for a distributor
--   is_cut       boolean  whether the data or the period end inside it
with calls as (
    select *
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
),
unit_places as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
),
placed as (
    select
        case
            when $by::varchar = 'distributor' then calls.distributor_id
            else coalesce(unit_places.unit_id, '')
        end as unit_id,
        cast(date_trunc($step_unit::varchar, calls.visited_on) as date) as step_on,
        calls.is_joint
    from calls
    left join unit_places on unit_places.territory_id = calls.territory_id
    where $by::varchar <> 'distributor' or calls.is_joint
),
units as (
    select
        unit_id,
        count(*) filter (where is_joint) as joint_count
    from (
        select unit_id, is_joint from placed
        union all
        -- a territory with terminals and without a single call is a row of zeros
        select
            coalesce(unit_places.unit_id, '') as unit_id,
            false as is_joint
        from called_terminals($period_start, $period_end, null, $territories, $distributors) as here
        left join unit_places on unit_places.territory_id = here.territory_id
        where $by::varchar <> 'distributor'
    ) as everyone
    group by unit_id
    order by joint_count desc, unit_id
    limit case when $by::varchar = 'distributor' then 20 else 200 end
),
steps as (
    select distinct cast(date_trunc($step_unit::varchar, days.day_on) as date) as step_on
    from (
        select unnest(
            generate_series($period_start::date, end_of_view($period_end, null) - 1, interval 1 day)
        )::date as day_on
    ) as days
),
counted as (
    select
        unit_id,
        step_on,
        count(*) as visit_count,
        count(*) filter (where is_joint) as joint_count
    from placed
    group by unit_id, step_on
)
select
    units.unit_id,
    coalesce(territories.name, distributors.name, '') as unit_name,
    steps.step_on,
    coalesce(counted.joint_count, 0) as joint_count,
    case when $by::varchar <> 'distributor' then coalesce(counted.visit_count, 0) end as visit_count,
    case $step_unit::varchar
        when 'week' then steps.step_on + 7 > end_of_view($period_end, null) or steps.step_on < $period_start::date
        else last_day(steps.step_on) >= end_of_view($period_end, null)
    end as is_cut
from units
cross join steps
left join counted on counted.unit_id = units.unit_id and counted.step_on = steps.step_on
left join territories on territories.territory_id = units.unit_id and $by::varchar <> 'distributor'
left join distributors on distributors.distributor_id = units.unit_id and $by::varchar = 'distributor'
order by units.joint_count desc, units.unit_id, steps.step_on
