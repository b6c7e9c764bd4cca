-- Distributors' pure sales by whether they were authorised for the receiving territory and line (授权区域), as of each
-- line's own day; an authorisation that has ended covers nothing. What cannot be judged is a class of its own, never
-- counted as clean: a terminal without territory, a day before the distributor's first recorded authorisation, a product
-- without line where lines are authorised one by one.
-- What lies outside is border where, on that day, the distributor was authorised for the line in a zone that adjoins the
-- receiving one, or in another part of it; beyond where it was not; unknown where nobody says what adjoins.
-- grain: one row a month, distributor, receiving territory, product line, manufacturer, class and border
-- columns:
--   sales_month      date           first day of the month
--   distributor_id   varchar        the selling distributor
--   territory_id     varchar        territory the terminal belonged to on the day
--   product_line     varchar        product line
--   manufacturer_id  varchar        manufacturer of the products
--   authority        varchar        inside, outside or unmapped
--   border           varchar        border, beyond or unknown of what is outside; empty for the rest
--   sales_amount     decimal(38,2)  pure sales, net of returns
--   to_day_amount    decimal(38,2)  pure sales of the days up to the day of the month the data end on
--   line_count       bigint         shipment lines
with sold as (
    select
        flows.occurred_on,
        flows.seller_id as distributor_id,
        coalesce(placements.territory_id, terminals.territory_id) as territory_id,
        products.product_line,
        products.manufacturer_id,
        sum(flows.amount) as amount,
        count(*) as line_count
    from flows
    join distributors on distributors.distributor_id = flows.seller_id
    join terminals on terminals.terminal_id = flows.buyer_id
    left join products on products.product_id = flows.product_id
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    -- goods that reach a distributor have not been sold to a terminal, even where one id names both
    where flows.buyer_id not in (select receivers.distributor_id from distributors as receivers)
    group by
        flows.occurred_on,
        flows.seller_id,
        coalesce(placements.territory_id, terminals.territory_id),
        products.product_line,
        products.manufacturer_id
),
recorded as (
    select
        distributor_id,
        min(valid_from) as recorded_from
    from authorisations
    group by distributor_id
),
covered_places as (
    select distinct
        authorisations.distributor_id,
        territory_closure.territory_id,
        nullif(authorisations.product_line, '') as product_line,
        authorisations.valid_from,
        authorisations.valid_to
    from authorisations
    join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
),
matched as (
    select
        sold.occurred_on,
        sold.distributor_id,
        sold.territory_id,
        sold.product_line,
        sold.manufacturer_id,
        sold.amount,
        sold.line_count,
        max(case
            when covered_places.distributor_id is null then 0
            when covered_places.product_line is null or covered_places.product_line = sold.product_line then 2
            when sold.product_line is null then 1
            else 0
        end) as fit
    from sold
    left join covered_places on covered_places.distributor_id = sold.distributor_id
        and covered_places.territory_id = sold.territory_id
        and covered_places.valid_from <= sold.occurred_on
        and (covered_places.valid_to is null or sold.occurred_on < covered_places.valid_to)
    group by
        sold.occurred_on, sold.distributor_id, sold.territory_id, sold.product_line, sold.manufacturer_id, sold.amount, sold.line_count
),
covered_zones as (
    select
        territory_closure.ancestor_id as territory_id,
        territory_zones.zone_id
    from territory_closure
    join territory_zones on territory_zones.territory_id = territory_closure.territory_id
    union
    select
        territory_id,
        zone_id
    from territory_zones
),
near_zones as (
    select
        covered_zones.territory_id,
        covered_zones.zone_id
    from covered_zones
    union
    select
        covered_zones.territory_id,
        zone_borders.neighbour_id as zone_id
    from covered_zones
    join zone_borders on zone_borders.zone_id = covered_zones.zone_id
),
near_places as (
    select distinct
        authorisations.distributor_id,
        near_zones.zone_id,
        nullif(authorisations.product_line, '') as product_line,
        authorisations.valid_from,
        authorisations.valid_to
    from authorisations
    join near_zones on near_zones.territory_id = authorisations.territory_id
),
judged as (
    select
        matched.*,
        territory_zones.zone_id,
        case
            when matched.fit = 2 then 'inside'
            when matched.fit = 1 or territories.territory_id is null or recorded.distributor_id is null then 'unmapped'
            else 'outside'
        end as authority,
        workspace.is_month_complete or extract(day from matched.occurred_on) <= extract(day from workspace.data_through_on) as is_to_day
    from matched
    cross join workspace
    left join territories on territories.territory_id = matched.territory_id
    left join territory_zones on territory_zones.territory_id = matched.territory_id
    left join recorded on recorded.distributor_id = matched.distributor_id
        and recorded.recorded_from <= matched.occurred_on
),
bordered as (
    select
        judged.*,
        case
            when judged.authority <> 'outside' then null
            when judged.zone_id is null then 'unknown'
            when exists (
                select 1
                from near_places
                where near_places.distributor_id = judged.distributor_id
                    and near_places.zone_id = judged.zone_id
                    and (near_places.product_line is null or near_places.product_line = judged.product_line)
                    and near_places.valid_from <= judged.occurred_on
                    and (near_places.valid_to is null or judged.occurred_on < near_places.valid_to)
            ) then 'border'
            else 'beyond'
        end as border
    from judged
)
select
    cast(date_trunc('month', occurred_on) as date) as sales_month,
    distributor_id,
    territory_id,
    product_line,
    manufacturer_id,
    authority,
    border,
    sum(amount) as sales_amount,
    sum(case when is_to_day then amount else 0 end) as to_day_amount,
    cast(sum(line_count) as bigint) as line_count
from bordered
group by cast(date_trunc('month', occurred_on) as date), distributor_id, territory_id, product_line, manufacturer_id, authority, border
order by sales_month, distributor_id, territory_id, product_line, manufacturer_id, authority, border
