-- Terminals (终端): hospitals, pharmacies, laboratories, shops.
-- grain: one row an institution
-- key: terminal_id
-- required: terminal_id, name
-- refers: territory_id to territories
-- columns:
--   terminal_id   varchar  stable id
--   name          varchar  name on the screen
--   name_en       varchar  name in English, shown on the English screen; empty where it is the same
--   type          varchar  kind of institution, such as hospital or pharmacy
--   level         varchar  level or size class, such as tertiary hospital
--   territory_id  varchar  territory it belongs to
--   city          varchar  city
--   longitude     double   degrees east
--   latitude      double   degrees north
--   is_target     boolean  whether it is on the target list; empty means not said
--   opened_on     date     day it opened
--   closed_on     date     day it closed
select
    terminal_id,
    shown_name(name, name_en) as name,
    name_en,
    type,
    level,
    territory_id,
    city,
    longitude,
    latitude,
    is_target,
    opened_on,
    closed_on
from stored.terminals
where may_see_territory(territory_id)
