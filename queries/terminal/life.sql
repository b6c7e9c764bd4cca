-- In which state of its life one terminal stands at the end of the period, on everything it buys, and what that rests on.
-- grain: one row, none before its first order
-- parameters:
--   terminal  varchar  ''  the terminal
-- columns:
--   state            varchar  new, growing, steady, shrinking, occasional, reactivated, dormant, lost, unreported or closed
--   since_month      date     first month of that state
--   silent_days      integer  days since its last order
--   usual_days       double   its usual gap between orders; empty with fewer than four order days
--   limit_days       integer  days of silence beyond which it is unusual
--   order_day_count  bigint   days with an order so far
--   change_rate      double   against the same months a year before; empty where fewer than six can be compared
select
    state,
    since_month,
    cast(end_of_view($period_end, null) - 1 - last_order_on as integer) as silent_days,
    usual_days,
    limit_days,
    order_day_count,
    change_rate
from life_months
where terminal_id = $terminal::varchar and life_month = life_month_of($period_end, null)
