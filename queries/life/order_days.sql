-- The days on which each terminal ordered: days whose lines come to more than zero, whoever sold.
-- grain: one row a terminal and day
-- columns:
--   terminal_id  varchar  the terminal
--   ordered_on   date     the day; the last day of the month where flows carry months only
select
    terminal_id,
    ordered_on
from order_days
group by terminal_id, ordered_on
having sum(order_amount) > 0
order by terminal_id, ordered_on
