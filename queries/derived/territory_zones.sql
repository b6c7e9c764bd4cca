-- The zone each territory lies in: the level of the sales tree of which it is known what adjoins what.
-- grain: one row a territory at or below the level of the zones
-- columns:
--   territory_id  varchar  the territory
--   zone_id       varchar  its zone: itself or a territory above it
--   basis         varchar  how it is known what adjoins: province (the map of China) or siblings (under the same node)
select
    territory_id,
    zone_id,
    basis
from stored.territory_zones
where may_see_territory(territory_id)
