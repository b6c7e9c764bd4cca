-- Who sold to which terminal in which months, and for how much.
-- grain: one row a terminal, seller and month
-- columns:
--   terminal_id   varchar        the terminal
--   seller_id     varchar        the seller
--   sales_month   date           the month
--   sales_amount  decimal(38,2)  pure sales, net of returns
--   is_sale       boolean        whether anything was sold; else there were returns only
select
    terminal_id,
    seller_id,
    sales_month,
    sum(sales_amount) as sales_amount,
    count(last_bought_on) > 0 as is_sale
from terminal_months
group by terminal_id, seller_id, sales_month
order by terminal_id, seller_id, sales_month
