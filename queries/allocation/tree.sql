-- The tree of territories as parents and children; tops stand below the empty id.
-- grain: one row a territory
-- columns:
--   territory_id  varchar  the territory
--   parent_id     varchar  the one above; empty at the top
select
    territories.territory_id,
    coalesce(above.territory_id, '') as parent_id
from territories
left join territories as above on above.territory_id = territories.parent_id and above.territory_id <> territories.territory_id
order by parent_id, territories.territory_id
