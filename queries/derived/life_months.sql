-- Where each customer stood at the end of each month, as could be known then, judged by its own rhythm on everything it buys.
-- Before its first order a terminal has no row. insight/analysis/life/states.py says what each state means.
-- grain: one row a month and terminal that has ordered by then
-- columns:
--   life_month       date           first day of the month; the last one stands for the day the data end on
--   terminal_id      varchar        the terminal
--   state            varchar        new, growing, steady, shrinking, occasional, reactivated, dormant, lost, unreported or closed
--   earlier_state    varchar        its state a month before; empty where it had not ordered
--   since_month      date           first month of this state
--   stake_amount     decimal(38,2)  pure sales of the last twelve months; where it is silent or closed, of the twelve up to its last order
--   first_order_on   date           first day with an order in the data
--   is_first_known   boolean        whether that is its first one: the data of its seller begin half a year before, or it had just opened
--   last_order_on    date           last day with an order
--   order_day_count  bigint         days with an order so far
--   usual_days       double         median of its latest gaps between orders; empty with fewer than four order days
--   limit_days       integer        days of silence beyond which it is unusual; empty with fewer than four order days
--   is_buying        boolean        not silent for longer than that; without a rhythm, for half a year
--   is_owed          boolean        a supplier of the year up to its last order has not reported the month
--   change_rate      double         sales of the last twelve whole months against the same months a year before; empty where fewer than six can be compared
select
    life_month,
    terminal_id,
    state,
    earlier_state,
    since_month,
    stake_amount,
    first_order_on,
    is_first_known,
    last_order_on,
    order_day_count,
    usual_days,
    limit_days,
    is_buying,
    is_owed,
    change_rate
from stored.life_months
where may_see_terminal(terminal_id)
