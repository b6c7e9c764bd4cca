-- The company's working-day calendar over the months of its flows and targets.
-- grain: one row a day
-- columns:
--   day_on              date     the day
--   day_month           date     first day of its month
--   is_working_day      boolean  whether it is a working day, with 调休 in the Chinese calendar
--   working_day_number  integer  working days of the month up to and with this day
--   working_day_count   integer  working days of the month
select
    day_on,
    day_month,
    is_working_day,
    working_day_number,
    working_day_count
from stored.working_days
