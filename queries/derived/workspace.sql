-- What is true of the whole company in this snapshot, one row.
-- grain: one row
-- columns:
--   name                 varchar  name of the company's workspace
--   currency             varchar  ISO code of the currency of every amount
--   calendar             varchar  CN for Chinese working days, else plain weekdays
--   is_net_of_tax        boolean  whether amounts are net of tax; null where nobody said
--   is_synthetic         boolean  whether the data are made up
--   is_monthly           boolean  whether flows carry months only, no days
--   data_through_on      date     last day the data cover
--   data_month           date     first day of the month of that day
--   is_month_complete    boolean  whether no working day of that month is left
--   elapsed_days         integer  working days of that month gone by, that day included
--   working_days         integer  working days of that month
select
    shown_name(name, name_en) as name,
    currency,
    calendar,
    is_net_of_tax::boolean as is_net_of_tax,
    is_synthetic,
    is_monthly,
    data_through_on,
    data_month,
    is_month_complete,
    elapsed_days,
    working_days
from stored.workspace
