-- Pure sales of distributors by the zone they are at home in and the zone the goods went to: all of it, and what was
-- outside their authorisation on the day. Zones as in authority_by_territory.
-- grain: one row a home zone and a receiving zone
-- columns:
--   home_id         varchar        zone of the distributors' home; empty where not said
--   home_name       varchar        its name
--   zone_id         varchar        zone of the terminals; empty where unassigned
--   zone_name       varchar        its name
--   sales_amount    decimal(38,2)  pure sales
--   outside_amount  decimal(38,2)  of it outside the authorisation
--   border_amount   decimal(38,2)  of that into an adjoining zone
--   home_amount     decimal(38,2)  all pure sales of the home zone's distributors under the filters
with placed as (
    select
        territory_places.territory_id,
        coalesce(territory_zones.zone_id, territory_places.province_id, territory_places.region_id) as zone_id
    from territory_places
    left join territory_zones on territory_zones.territory_id = territory_places.territory_id
),
sold as (
    select
        homes.zone_id as home_id,
        goals.zone_id,
        sum(authorised_months.sales_amount) as sales_amount,
        sum(case when authorised_months.authority = 'outside' then authorised_months.sales_amount else 0 end) as outside_amount,
        sum(case when authorised_months.border = 'border' then authorised_months.sales_amount else 0 end) as border_amount
    from authorised_months
    left join distributors on distributors.distributor_id = authorised_months.distributor_id
    left join placed as homes on homes.territory_id = distributors.territory_id
    left join placed as goals on goals.territory_id = authorised_months.territory_id
    where authorised_months.sales_month >= $period_start::date
        and authorised_months.sales_month < $period_end::date
        and in_territories($territories, authorised_months.territory_id)
        and in_list($manufacturers, authorised_months.manufacturer_id)
        and in_list($product_lines, authorised_months.product_line)
        and in_list($distributors, authorised_months.distributor_id)
    group by homes.zone_id, goals.zone_id
)
select
    sold.home_id,
    home_places.name as home_name,
    sold.zone_id,
    goal_places.name as zone_name,
    cast(sold.sales_amount as decimal(38, 2)) as sales_amount,
    cast(sold.outside_amount as decimal(38, 2)) as outside_amount,
    cast(sold.border_amount as decimal(38, 2)) as border_amount,
    cast(sum(sold.sales_amount) over (partition by sold.home_id) as decimal(38, 2)) as home_amount
from sold
left join territories as home_places on home_places.territory_id = sold.home_id
left join territories as goal_places on goal_places.territory_id = sold.zone_id
order by sold.home_id, sold.zone_id
