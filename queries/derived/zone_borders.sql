-- Which zones adjoin, each pair both ways.
-- grain: one row a zone and a zone next to it
-- columns:
--   zone_id       varchar  the zone
--   neighbour_id  varchar  a zone next to it
select
    zone_id,
    neighbour_id
from stored.zone_borders
where may_see_territory(zone_id)
