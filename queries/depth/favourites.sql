-- The product of each line that most terminals of a type bought in the window: where a first order begins.
-- grain: one row a type and product line
-- parameters:
--   start_month  date  period_start  first month of the window
--   end_month    date  period_end    the month after its last one
-- columns:
--   type          varchar  type of terminal
--   product_line  varchar  product line
--   product_id    varchar  the product
with bought as (
    select
        terminal_id,
        coalesce(product_line, '') as product_line,
        product_id
    from sales_months
    where sales_month >= $start_month::date and sales_month < $end_month::date
    group by terminal_id, coalesce(product_line, ''), product_id
    having sum(sales_amount) > 0
),
counted as (
    select
        coalesce(terminals.type, '') as type,
        bought.product_line,
        bought.product_id,
        count(*) as buyer_count
    from bought
    join terminals on terminals.terminal_id = bought.terminal_id
    group by coalesce(terminals.type, ''), bought.product_line, bought.product_id
)
select
    type,
    product_line,
    arg_max(product_id, (buyer_count, product_id)) as product_id
from counted
group by type, product_line
order by type, product_line
