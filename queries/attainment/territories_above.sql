-- The way from the top of the tree to the one territory chosen; no rows where none or several are.
-- grain: one row a territory on the way, the chosen one last
-- columns:
--   territory_id  varchar  the territory
--   name          varchar  its name
--   region_depth  integer  steps below the regions; negative above them
select
    territories.territory_id,
    territories.name,
    (places.depth - regions.region_depth)::integer as region_depth
from territory_closure as closure
join territories on territories.territory_id = closure.ancestor_id
join territory_places as places on places.territory_id = closure.ancestor_id
cross join (
    select coalesce(min(depth), 0) as region_depth
    from territory_places
    where region_id = territory_id
) as regions
where len($territories::varchar[]) = 1 and closure.territory_id = ($territories::varchar[])[1]
order by closure.distance desc
