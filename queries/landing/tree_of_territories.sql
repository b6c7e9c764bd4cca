-- Which territory is part of which.
-- grain: one row a territory
-- columns:
--   unit_id    varchar  the territory
--   parent_id  varchar  the one above; empty at the top
--   level      varchar  level in the company's words
select
    territory_id as unit_id,
    coalesce(parent_id, '') as parent_id,
    coalesce(level, '') as level
from territories
order by unit_id
