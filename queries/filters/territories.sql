-- Territories a reader may filter by, in the order of the tree.
-- grain: one row a territory
-- columns:
--   territory_id  varchar  the territory
--   name          varchar  its name
--   depth         integer  steps below the top
--   parent_id     varchar  the territory above it
with paths as (
    select
        territory_closure.territory_id,
        string_agg(above.name || territory_closure.ancestor_id, '/' order by territory_closure.distance desc) as path
    from territory_closure
    join territories as above on above.territory_id = territory_closure.ancestor_id
    group by territory_closure.territory_id
)
select
    territories.territory_id,
    territories.name,
    territory_places.depth,
    territories.parent_id
from territories
join territory_places on territory_places.territory_id = territories.territory_id
join paths on paths.territory_id = territories.territory_id
order by paths.path, territories.territory_id
