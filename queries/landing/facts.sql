-- What a backtest of landings must know of the company: its last month, whether that is whole, and its calendar.
-- grain: one row
-- columns:
--   data_month         date     month the data end in
--   is_month_complete  boolean  whether that month is whole
--   is_monthly         boolean  whether sales are known by month only
--   moves_spring       boolean  whether the Spring Festival moves between January and February
select
    data_month,
    is_month_complete,
    is_monthly,
    calendar = 'CN' as moves_spring
from workspace
