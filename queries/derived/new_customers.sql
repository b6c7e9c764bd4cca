-- Terminals that took part in an activity and bought for the first time in its month or the five after, not before the day
-- it began; computed at publish. Not told of activities in the data's first year.
-- grain: one row an activity and terminal
-- columns:
--   activity_id  varchar  the activity
--   terminal_id  varchar  the terminal
--   first_on     date     day of its first line that is no return
select
    activity_id,
    terminal_id,
    first_on
from stored.new_customers
where may_see_activity(activity_id)
