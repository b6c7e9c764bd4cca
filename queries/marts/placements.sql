-- Where each terminal belonged when (辖区调整), without overlaps: a later row ends an earlier one. On days without a row
-- the territory of the table terminals holds.
-- grain: one row a terminal and period
-- columns:
--   terminal_id   varchar  the terminal
--   territory_id  varchar  territory it belonged to
--   placed_from   date     first day
--   placed_to     date     first day it no longer holds; empty while it holds
with ended as (
    select
        terminal_id,
        territory_id,
        valid_from,
        valid_to,
        lead(valid_from) over (partition by terminal_id order by valid_from) as next_from
    from terminal_territories
)
select
    terminal_id,
    territory_id,
    valid_from as placed_from,
    case when valid_to is null or next_from < valid_to then next_from else valid_to end as placed_to
from ended
order by terminal_id, placed_from
