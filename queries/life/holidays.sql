-- The days of long holidays: five days or more on end without a working day. Nobody orders then, so they are no silence.
-- grain: one row a day
-- columns:
--   day_on  date  the day
with runs as (
    select
        day_on,
        is_working_day,
        -- days off on end follow the same number of working days
        count(*) filter (where is_working_day) over (order by day_on rows unbounded preceding) as run_number
    from working_days
),
long_runs as (
    select run_number
    from runs
    where not is_working_day
    group by run_number
    having count(*) >= 5
)
select runs.day_on
from runs
join long_runs on long_runs.run_number = runs.run_number
where not runs.is_working_day
order by runs.day_on
