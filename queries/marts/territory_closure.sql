-- Every territory with every territory above it, itself included; the empty id stands above all of them.
-- grain: one row a territory and an ancestor
-- columns:
--   ancestor_id   varchar  the territory above, or the territory itself; empty for the whole company
--   territory_id  varchar  the territory; empty for what has none
--   distance      integer  steps between them
with recursive climbing as (
    select
        territory_id as ancestor_id,
        territory_id,
        0 as distance
    from territories
    union all
    select
        above.parent_id as ancestor_id,
        climbing.territory_id,
        climbing.distance + 1 as distance
    from climbing
    join territories as above on above.territory_id = climbing.ancestor_id
    -- a tree deeper than twenty is a cycle that intake should have refused; the bound keeps the build finite
    where above.parent_id is not null and climbing.distance < 20
)
select
    climbing.ancestor_id,
    climbing.territory_id,
    climbing.distance
from climbing
-- a parent that is not a territory is no ancestor
join territories on territories.territory_id = climbing.ancestor_id
union all
select
    '' as ancestor_id,
    climbing.territory_id,
    max(climbing.distance) + 1 as distance
from climbing
group by climbing.territory_id
union all
select
    '' as ancestor_id,
    '' as territory_id,
    0 as distance
order by ancestor_id, territory_id
