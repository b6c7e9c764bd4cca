-- The terminal that bought most in the period: what the page shows before one is chosen.
-- grain: one row, none where nobody bought
-- columns:
--   terminal_id    varchar  the terminal
--   terminal_name  varchar  its name
select
    bought.terminal_id,
    coalesce(terminals.name, bought.terminal_id) as terminal_name
from (
    select
        terminal_id,
        sum(sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by terminal_id
) as bought
join terminals on terminals.terminal_id = bought.terminal_id
order by bought.sales_amount desc, bought.terminal_id
limit 1
