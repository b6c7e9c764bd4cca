-- The time the data cover, with the company's name, currency and calendar.
-- grain: one row
-- columns:
--   first_month        date     first month with flows
--   data_month         date     month the data end in
--   data_through_on    date     last day the data cover
--   is_month_complete  boolean  whether no working day of that month is left
--   elapsed_days       integer  working days of that month gone by
--   working_days       integer  working days of that month
--   is_monthly         boolean  whether flows carry months only, no days
--   name               varchar  name of the workspace
--   currency           varchar  currency of every amount
--   calendar           varchar  CN for Chinese working days, else plain weekdays
--   is_net_of_tax      boolean  whether amounts are net of tax; null where nobody said
--   is_synthetic       boolean  whether the data are made up
select
    coalesce((select min(flow_month) from flow_months), workspace.data_month) as first_month,
    workspace.data_month,
    workspace.data_through_on,
    workspace.is_month_complete,
    workspace.elapsed_days,
    workspace.working_days,
    workspace.is_monthly,
    workspace.name,
    workspace.currency,
    workspace.calendar,
    workspace.is_net_of_tax,
    workspace.is_synthetic
from workspace
