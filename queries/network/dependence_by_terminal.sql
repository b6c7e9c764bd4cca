-- Terminals that depend on a single distributor, the most valuable first, with who else could supply them: distributors that
-- sell to them already, distributors authorised on the last day of data for their territory and a line they buy, and
-- distributors that sold in their province in the period.
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
--   serving_count      bigint         other distributors that sell to it already
--   authorised_count   bigint         others authorised for its territory and a line it buys; empty where none are loaded
--   nearby_count       bigint         other distributors that sold in its province
--   alternative_names  varchar        the first three of all: those that serve it, then those authorised
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
serving as (
    select
        purchases.terminal_id,
        purchases.distributor_id
    from purchases_in($period_start, $period_end, null, $territories, $manufacturers, $product_lines) as purchases
    join dependent on dependent.terminal_id = purchases.terminal_id
    where purchases.distributor_id is not null
    group by purchases.terminal_id, purchases.distributor_id
    having sum(purchases.bought_amount) > 0
),
lines_bought as (
    select
        sales.terminal_id,
        sales.product_line
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[]) as sales
    join dependent on dependent.terminal_id = sales.terminal_id
    where sales.sales_month >= $period_start::date and sales.sales_month < $period_end::date
    group by sales.terminal_id, sales.product_line
    having sum(sales.sales_amount) > 0
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
        authorisations.distributor_id,
        nullif(authorisations.product_line, '') as product_line
    from authorisations
    join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
    cross join workspace
    where authorisations.valid_from <= workspace.data_through_on
        and (authorisations.valid_to is null or workspace.data_through_on < authorisations.valid_to)
),
candidates as (
    select
        terminal_id,
        distributor_id,
        true as is_serving,
        false as is_authorised,
        false as is_nearby,
        0::decimal(38, 2) as area_amount
    from serving
    union all
    select
        dependent.terminal_id,
        authority.distributor_id,
        false as is_serving,
        true as is_authorised,
        false as is_nearby,
        0::decimal(38, 2) as area_amount
    from dependent
    join authority on authority.territory_id = dependent.territory_id
    left join lines_bought on lines_bought.terminal_id = dependent.terminal_id and lines_bought.product_line = authority.product_line
    where authority.product_line is null or lines_bought.product_line is not null
    union all
    select
        dependent.terminal_id,
        presence.distributor_id,
        false as is_serving,
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
        bool_or(candidates.is_serving) as is_serving,
        bool_or(candidates.is_authorised) as is_authorised,
        bool_or(candidates.is_nearby) as is_nearby,
        row_number() over (
            partition by candidates.terminal_id
            order by
                bool_or(candidates.is_serving) desc,
                bool_or(candidates.is_authorised) desc,
                max(candidates.area_amount) desc,
                candidates.distributor_id
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
        count(*) filter (where is_serving) as serving_count,
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
    coalesce(counted.serving_count, 0) as serving_count,
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
