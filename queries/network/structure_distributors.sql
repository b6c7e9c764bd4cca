-- Distributors with the region and province they are at home in.
-- grain: one row a distributor
-- columns:
--   distributor_id    varchar  the distributor
--   distributor_name  varchar  its name
--   tier              integer  1 or 2; empty where not said
--   region_id         varchar  home region; empty where not said
--   region_name       varchar  its name
--   province_id       varchar  home province
--   province_name     varchar  its name
select
    distributors.distributor_id,
    coalesce(distributors.name, distributors.distributor_id) as distributor_name,
    distributors.tier,
    coalesce(territory_places.region_id, territories.territory_id) as region_id,
    regions.name as region_name,
    territory_places.province_id,
    provinces.name as province_name
from distributors
left join territories on territories.territory_id = distributors.territory_id
left join territory_places on territory_places.territory_id = distributors.territory_id
left join territories as regions on regions.territory_id = coalesce(territory_places.region_id, territories.territory_id)
left join territories as provinces on provinces.territory_id = territory_places.province_id
order by distributors.distributor_id
