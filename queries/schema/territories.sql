-- The sales tree (辖区): regions, provinces, cities.
-- grain: one row a node of the tree
-- key: territory_id
-- required: territory_id, name
-- refers: parent_id to territories
-- columns:
--   territory_id  varchar  stable id
--   name          varchar  name on the screen
--   name_en       varchar  name in English, shown on the English screen; empty where it is the same
--   parent_id     varchar  the node above; empty at the top
--   level         varchar  level in the company's words, such as region, province, city
select
    territory_id,
    shown_name(name, name_en) as name,
    name_en,
    parent_id,
    level
from stored.territories
where may_see_territory(territory_id)
