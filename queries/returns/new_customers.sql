-- New customers of activities: terminals that took part, had never bought before the day it began and bought in its month
-- or the five after. A terminal that took part in two activities is new to both, and one customer.
-- grain: one row an activity and terminal
-- columns:
--   activity_id  varchar  the activity
--   terminal_id  varchar  the terminal
--   first_on     date     day of its first line that is no return
select
    activity_id,
    terminal_id,
    first_on
from new_customers
order by activity_id, terminal_id
