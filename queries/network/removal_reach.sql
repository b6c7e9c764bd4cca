-- Who could supply which place: distributors authorised for a territory on the last day of data, and distributors that sold
-- in its city or its province in the period. Suspended and ended ones are left out.
-- grain: one row a kind of reach, place, product line and distributor
-- parameters:
--   places  varchar[]  []  territories looked at; empty for all
-- columns:
--   reach           varchar        authorised, city or area
--   area_id         varchar        the province of a city, or the territory where there is no such level
--   place_id        varchar        the territory, the city or the area
--   product_line    varchar        the line authorised; empty for every line, and for sales
--   distributor_id  varchar        the distributor
--   sales_amount    decimal(38,2)  what it sold there; empty for an authorisation
with areas as (
    select
        territory_id,
        coalesce(province_id, territory_id) as area_id
    from territory_places
),
looked_at as (
    select distinct area_id
    from areas
    where in_list($places, territory_id)
),
-- terminals may have a city and no territory
is_everywhere as (
    select len($places::varchar[]) = 0 as is_all
),
sold as (
    select
        areas.area_id,
        coalesce(terminals.city, terminals.territory_id) as city,
        sales.distributor_id,
        sum(sales.sales_amount) as sales_amount
    from selected_sales([]::varchar[], $manufacturers, []::varchar[], []::varchar[]) as sales
    join terminals on terminals.terminal_id = sales.terminal_id
    left join areas on areas.territory_id = terminals.territory_id
    cross join is_everywhere
    where sales.distributor_id is not null
        and sales.sales_month >= $period_start::date
        and sales.sales_month < $period_end::date
        and (is_everywhere.is_all or areas.area_id is null or areas.area_id in (select looked_at.area_id from looked_at))
    group by areas.area_id, coalesce(terminals.city, terminals.territory_id), sales.distributor_id
),
reached as (
    select distinct
        'authorised' as reach,
        areas.area_id,
        territory_closure.territory_id as place_id,
        coalesce(authorisations.product_line, '') as product_line,
        authorisations.distributor_id,
        null::decimal(38, 2) as sales_amount
    from authorisations
    join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
    join areas on areas.territory_id = territory_closure.territory_id
    cross join workspace
    where authorisations.valid_from <= workspace.data_through_on
        and (authorisations.valid_to is null or workspace.data_through_on < authorisations.valid_to)
        and in_list($places, territory_closure.territory_id)
    union all
    select
        'city' as reach,
        area_id,
        city as place_id,
        '' as product_line,
        distributor_id,
        sales_amount
    from sold
    where city is not null and sales_amount > 0
    union all
    select
        'area' as reach,
        area_id,
        area_id as place_id,
        '' as product_line,
        distributor_id,
        sum(sales_amount) as sales_amount
    from sold
    where area_id is not null
    group by area_id, distributor_id
    having sum(sales_amount) > 0
)
select
    reached.reach,
    reached.area_id,
    reached.place_id,
    reached.product_line,
    reached.distributor_id,
    cast(reached.sales_amount as decimal(38, 2)) as sales_amount
from reached
left join distributors on distributors.distributor_id = reached.distributor_id
where coalesce(distributors.stage, '') not in ('suspended', 'ended')
order by reached.reach, reached.area_id, reached.place_id, reached.product_line, reached.distributor_id
