-- Salespeople of the manufacturer and of distributors.
-- grain: one row a person
-- key: rep_id
-- required: rep_id, name
-- refers: manager_id to reps; territory_id to territories
-- columns:
--   rep_id        varchar  stable id
--   name          varchar  name on the screen
--   name_en       varchar  name in English, shown on the English screen; empty where it is the same
--   manager_id    varchar  the rep's manager, a rep too
--   employer      varchar  'manufacturer' or a distributor_id
--   territory_id  varchar  territory the rep works
select
    rep_id,
    shown_name(name, name_en) as name,
    name_en,
    manager_id,
    employer,
    territory_id
from stored.reps
where may_see_territory(territory_id)
