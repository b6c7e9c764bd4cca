-- What the judgement of borders rests on: whether anybody says which zones adjoin, and how.
-- grain: one row
-- columns:
--   basis          varchar  province (the map of China), siblings (under the same node) or empty where nothing is known
--   zone_count     bigint   zones whose borders are known
--   pair_count     bigint   pairs of zones that adjoin
select
    (select max(basis) from territory_zones) as basis,
    (select count(distinct zone_id) from territory_zones) as zone_count,
    (select cast(count(*) / 2 as bigint) from zone_borders) as pair_count
