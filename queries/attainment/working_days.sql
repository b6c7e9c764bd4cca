-- The working days from $days_start to $days_end: how far each day is into its month.
-- grain: one row a day
-- parameters:
--   days_start  date  year_start  first day
--   days_end    date  year_end    first day no longer given
-- columns:
--   day_on              date     the day
--   day_month           date     first day of its month
--   is_working_day      boolean  whether it is a working day
--   working_day_number  integer  working days of the month up to and with this day
--   working_day_count   integer  working days of the month
select
    day_on,
    day_month,
    is_working_day,
    working_day_number,
    working_day_count
from working_days
where day_on >= $days_start::date and day_on < $days_end::date
order by day_on
