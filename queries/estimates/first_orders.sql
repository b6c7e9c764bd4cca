-- New customers of activities: terminals that took part and had never bought before the day it began, the first order in
-- its month or one of the five after. That an activity in the data's first year has new customers cannot be told: who
-- bought last before the data begin would pass for one.
-- grain: one row an activity and terminal that was new
-- columns:
--   activity_id  varchar  the activity
--   terminal_id  varchar  the terminal
--   first_on     date     day of its first line that is no return
with attending as (
    select
        took_part.activity_id,
        took_part.terminal_id,
        activities.starts_on,
        cast(date_trunc('month', activities.starts_on) as date) as start_month
    from took_part() as took_part
    join activities on activities.activity_id = took_part.activity_id
    where coalesce(activities.status, '') <> 'cancelled'
),
firsts as (
    select
        buyer_id as terminal_id,
        min(occurred_on) as first_on
    from flows
    where amount > 0 and buyer_id in (select terminal_id from attending)
    group by buyer_id
)
select
    attending.activity_id,
    attending.terminal_id,
    firsts.first_on
from attending
join firsts on firsts.terminal_id = attending.terminal_id
where firsts.first_on >= attending.starts_on
    and firsts.first_on < attending.start_month + interval 6 month
    and attending.start_month >= (select min(flow_month) from flow_months) + interval 12 month
order by attending.activity_id, attending.terminal_id
