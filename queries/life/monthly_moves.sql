-- How customers moved from one month's end to the next, month by month, and what was at stake.
-- grain: one row a month and pair of states
-- parameters:
--   since_month  date  period_start  first month
-- columns:
--   life_month      date           the month
--   from_state      varchar        state at the end of the month before; empty where it had not ordered yet
--   to_state        varchar        state at its end
--   is_new          boolean        of those who had not ordered: known to be their first order; else they may be old customers
--   terminal_count  bigint         customers
--   stake_amount    decimal(38,2)  what is at stake at the month's end
select
    customers.life_month,
    customers.earlier_state as from_state,
    customers.state as to_state,
    customers.earlier_state is null and customers.is_first_known as is_new,
    count(*) as terminal_count,
    sum(customers.stake_amount)::decimal(38, 2) as stake_amount
from customers_in_months(
    $since_month, life_month_of($period_end, null), $territories, $manufacturers, $product_lines, $distributors
) as customers
where customers.life_month > (select min(sales_month) from terminal_months)
    -- what stayed closed is no move
    and not (customers.state = 'closed' and coalesce(customers.earlier_state = 'closed', false))
group by customers.life_month, customers.earlier_state, customers.state, customers.earlier_state is null and customers.is_first_known
order by customers.life_month, from_state nulls first, to_state, is_new
