-- Pure sales by month of each product line: what a backtest of landings is made of.
-- grain: one row a month and product line
-- parameters:
--   position_rate  double  0.545  how far into each month the part is taken, as a share of its working days
-- columns:
--   sales_month     date           first day of the month
--   unit_id         varchar        the product line; empty for products without one
--   sales_amount    decimal(38,2)  pure sales of the month, net of returns
--   reached_amount  double         those by the position
select
    sales_month,
    coalesce(product_line, '') as unit_id,
    sum(sales_amount)::decimal(38, 2) as sales_amount,
    sum(reached_amount)::double as reached_amount
from selected_to_position($position_rate::double, $territories, $manufacturers, $product_lines, $distributors)
group by sales_month, coalesce(product_line, '')
order by sales_month, unit_id
