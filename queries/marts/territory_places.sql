-- Each territory's region and province: the two upper levels that the pages compare.
-- Where the tree has a single top above several nodes, the regions are the nodes below it; else the tops are the regions.
-- grain: one row a territory
-- columns:
--   territory_id  varchar  the territory
--   depth         integer  steps below the top, 0 at the top
--   region_id     varchar  the region it belongs to; empty above the regions
--   province_id   varchar  the node below the region it belongs to; empty at and above the regions
with depths as (
    select
        territory_id,
        max(distance) as depth
    from territory_closure
    where ancestor_id <> '' and territory_id <> ''
    group by territory_id
),
tops as (
    select count(*) as top_count
    from depths
    where depth = 0
),
region_level as (
    select
        case
            when top_count = 1 and exists (select 1 from depths where depth = 1) then 1
            else 0
        end as region_depth
    from tops
)
select
    depths.territory_id,
    depths.depth,
    max(case when above.depth = region_level.region_depth then above.territory_id end) as region_id,
    max(case when above.depth = region_level.region_depth + 1 then above.territory_id end) as province_id
from depths
cross join region_level
join territory_closure on territory_closure.territory_id = depths.territory_id
join depths as above on above.territory_id = territory_closure.ancestor_id
group by depths.territory_id, depths.depth
order by depths.territory_id
