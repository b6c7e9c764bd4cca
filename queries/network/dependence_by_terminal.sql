-- Terminals that depend on a single distributor, the most valuable first, with who else could supply them: distributors
-- authorised for their territory on the last day of data, and distributors that sold in their province in the period.
-- grain: one row a terminal
-- parameters:
--   threshold  double   0.8  share of what a terminal buys from which on it depends on the seller
--   source     varchar  ''   only terminals that depend on this distributor; empty for all
--   row_limit  bigint   300  most rows given
-- columns:
--   terminal_id        varchar        the terminal
--   terminal_name      varchar        its name
--   type               varchar        kind of institution
--   level              varchar        level or size class
--   grade              varchar        grade on the last day of data
--   territory_name     varchar        its territory
--   source_id          varchar        the distributor it depends on
--   source_name        varchar        its name
--   source_share       double         share of what the terminal buys
--   risk_amount        decimal(38,2)  pure sales of the terminal, all of it at risk
--   authorised_count   bigint         other distributors authorised for its territory; empty where no authorisations are loaded
--   nearby_count       bigint         other distributors that sold in its province
--   alternative_names  varchar        the first three of both, authorised ones first
with dependent as (
    select
        sources.terminal_id,
        sources.territory_id,
        sources.source_distributor_id as source_id,
        sources.source_share,
        sources.terminal_amount
    from terminal_sources($period_start, $period_end, null, $territories, $manufacturers, $product_lines) as sources
    where sources.source_distributor_id is not null
        and sources.source_share >= $threshold::double
        and in_list($distributors, sources.source_distributor_id)
        and ($source::varchar = '' or sources.source_distributor_id = $source::varchar)
    order by sources.terminal_amount desc, sources.terminal_id
    limit $row_limit::bigint
),
areas as (
    select
        territory_id,
        coalesce(province_id, territory_id) as area_id
    from territory_places
),
presence as (
    select
        areas.area_id,
        purchases.distributor_id,
        sum(purchases.bought_amount) as area_amount
    from purchases_in($period_start, $period_end, null, []::varchar[], $manufacturers, $product_lines) as purchases
    join areas on areas.territory_id = purchases.territory_id
    where purchases.distributor_id is not null
    group by areas.area_id, purchases.distributor_id
    having sum(purchases.bought_amount) > 0
),
authority as (
    select distinct
        territory_closure.territory_id,
        authorisations.distributor_id
    from authorisations
    join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
    cross join workspace
    where authorisations.valid_from <= workspace.data_through_on
        and (authorisations.valid_to is null or workspace.data_through_on < authorisations.valid_to)
        and (
            nullif(authorisations.product_line, '') is null
            or in_list($product_lines, authorisations.product_line)
        )
),
candidates as (
    select
        dependent.terminal_id,
        authority.distributor_id,
        true as is_authorised,
        false as is_nearby,
        0::decimal(38, 2) as area_amount
    from dependent
    join authority on authority.territory_id = dependent.territory_id
    union all
    select
        dependent.terminal_id,
        presence.distributor_id,
        false as is_authorised,
        true as is_nearby,
        presence.area_amount
    from dependent
    join areas on areas.territory_id = dependent.territory_id
    join presence on presence.area_id = areas.area_id
),
alternatives as (
    select
        candidates.terminal_id,
        distributors.name,
        bool_or(candidates.is_authorised) as is_authorised,
        bool_or(candidates.is_nearby) as is_nearby,
        row_number() over (
            partition by candidates.terminal_id
            order by bool_or(candidates.is_authorised) desc, max(candidates.area_amount) desc, candidates.distributor_id
        ) as place
    from candidates
    join dependent on dependent.terminal_id = candidates.terminal_id and dependent.source_id <> candidates.distributor_id
    join distributors on distributors.distributor_id = candidates.distributor_id
    where coalesce(distributors.stage, '') not in ('suspended', 'ended')
    group by candidates.terminal_id, candidates.distributor_id, distributors.name
),
counted as (
    select
        terminal_id,
        count(*) filter (where is_authorised) as authorised_count,
        count(*) filter (where is_nearby) as nearby_count,
        string_agg(name, ' · ' order by place) filter (where place <= 3) as alternative_names
    from alternatives
    group by terminal_id
),
grades as (
    select
        terminal_grades.terminal_id,
        max(terminal_grades.grade) as grade
    from terminal_grades
    cross join workspace
    where terminal_grades.valid_from <= workspace.data_through_on
        and (terminal_grades.valid_to is null or workspace.data_through_on < terminal_grades.valid_to)
    group by terminal_grades.terminal_id
)
select
    dependent.terminal_id,
    coalesce(terminals.name, dependent.terminal_id) as terminal_name,
    terminals.type,
    terminals.level,
    grades.grade,
    territories.name as territory_name,
    dependent.source_id,
    coalesce(distributors.name, dependent.source_id) as source_name,
    dependent.source_share,
    cast(dependent.terminal_amount as decimal(38, 2)) as risk_amount,
    case when exists (select 1 from authorisations) then coalesce(counted.authorised_count, 0) end as authorised_count,
    coalesce(counted.nearby_count, 0) as nearby_count,
    coalesce(counted.alternative_names, '') as alternative_names
from dependent
left join terminals on terminals.terminal_id = dependent.terminal_id
left join territories on territories.territory_id = dependent.territory_id
left join distributors on distributors.distributor_id = dependent.source_id
left join counted on counted.terminal_id = dependent.terminal_id
left join grades on grades.terminal_id = dependent.terminal_id
order by dependent.terminal_amount desc, dependent.terminal_id
