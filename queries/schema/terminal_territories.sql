-- Territories of terminals over time (辖区调整): sales count where the terminal belonged on the day of the line.
-- grain: one row a terminal and period
-- key: terminal_id, valid_from
-- required: terminal_id, territory_id, valid_from
-- refers: terminal_id to terminals; territory_id to territories
-- columns:
--   terminal_id   varchar  the terminal
--   territory_id  varchar  territory it belonged to
--   valid_from    date     first day
--   valid_to      date     first day it no longer holds; empty while it holds
select
    terminal_id,
    territory_id,
    valid_from,
    valid_to
from stored.terminal_territories
where may_see_terminal(terminal_id)
