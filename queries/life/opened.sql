-- When terminals opened and closed, of those that say so.
-- grain: one row a terminal
-- columns:
--   terminal_id  varchar  the terminal
--   opened_on    date     day it opened
--   closed_on    date     day it closed
select
    terminal_id,
    opened_on,
    closed_on
from terminals
where opened_on is not null or closed_on is not null
order by terminal_id
