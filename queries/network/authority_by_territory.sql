-- Where pure sales arrive from distributors that were not authorised there on the day: inbound, by receiving zone.
-- A zone is a province of China, or the level of the tree the authorisations speak of; else the province of the page.
-- grain: one row a receiving zone that anything came to from outside
-- columns:
--   zone_id            varchar        the receiving zone; empty where unassigned
--   zone_name          varchar        its name
--   outside_amount     decimal(38,2)  pure sales by distributors not authorised there
--   border_amount      decimal(38,2)  of it by distributors of an adjoining zone
--   unknown_amount     decimal(38,2)  of it where nobody says what adjoins
--   outside_share      double         outside in what could be judged
--   unmapped_amount    decimal(38,2)  pure sales that could not be judged
--   distributor_count  bigint         distributors that sold there from outside
--   main_distributor   varchar        the one that sold most
with sold as (
    select
        coalesce(territory_zones.zone_id, territory_places.province_id, territory_places.region_id, authorised_months.territory_id) as zone_id,
        authorised_months.distributor_id,
        sum(case when authorised_months.authority = 'inside' then authorised_months.sales_amount else 0 end) as inside_amount,
        sum(case when authorised_months.authority = 'outside' then authorised_months.sales_amount else 0 end) as outside_amount,
        sum(case when authorised_months.border = 'border' then authorised_months.sales_amount else 0 end) as border_amount,
        sum(case when authorised_months.border = 'unknown' then authorised_months.sales_amount else 0 end) as unknown_amount,
        sum(case when authorised_months.authority = 'unmapped' then authorised_months.sales_amount else 0 end) as unmapped_amount
    from authorised_months
    left join territory_zones on territory_zones.territory_id = authorised_months.territory_id
    left join territory_places on territory_places.territory_id = authorised_months.territory_id
    where authorised_months.sales_month >= $period_start::date
        and authorised_months.sales_month < $period_end::date
        and in_territories($territories, authorised_months.territory_id)
        and in_list($manufacturers, authorised_months.manufacturer_id)
        and in_list($product_lines, authorised_months.product_line)
        and in_list($distributors, authorised_months.distributor_id)
    group by
        coalesce(territory_zones.zone_id, territory_places.province_id, territory_places.region_id, authorised_months.territory_id),
        authorised_months.distributor_id
),
ranked as (
    select
        *,
        row_number() over (partition by zone_id order by outside_amount desc, distributor_id) as place
    from sold
),
totals as (
    select
        zone_id,
        sum(outside_amount) as outside_amount,
        sum(border_amount) as border_amount,
        sum(unknown_amount) as unknown_amount,
        sum(inside_amount) as inside_amount,
        sum(unmapped_amount) as unmapped_amount,
        count(*) filter (where outside_amount > 0) as distributor_count,
        max(case when place = 1 then distributor_id end) as distributor_id
    from ranked
    group by zone_id
)
select
    totals.zone_id,
    coalesce(territories.name, totals.zone_id) as zone_name,
    cast(totals.outside_amount as decimal(38, 2)) as outside_amount,
    cast(totals.border_amount as decimal(38, 2)) as border_amount,
    cast(totals.unknown_amount as decimal(38, 2)) as unknown_amount,
    totals.outside_amount / nullif(totals.outside_amount + totals.inside_amount, 0) as outside_share,
    cast(totals.unmapped_amount as decimal(38, 2)) as unmapped_amount,
    totals.distributor_count,
    coalesce(distributors.name, totals.distributor_id) as main_distributor
from totals
left join territories on territories.territory_id = totals.zone_id
left join distributors on distributors.distributor_id = totals.distributor_id
where totals.outside_amount > 0
order by totals.outside_amount desc, totals.zone_id
