-- Working days of each month.
-- grain: one row a month
-- columns:
--   month      date     first day of the month
--   day_count  integer  its working days
select
    day_month as month,
    max(working_day_count)::integer as day_count
from working_days
group by day_month
order by month
