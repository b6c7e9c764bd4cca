-- What one terminal bought, product by month, in the months of the window.
-- grain: one row a product and month with any line
-- parameters:
--   terminal  varchar  ''  the terminal
-- columns:
--   product_id      varchar        the product
--   product_name    varchar        its name
--   product_line    varchar        its product line
--   sales_month     date           the month
--   sales_amount    decimal(38,2)  pure sales, net of returns
--   sales_quantity  decimal(38,3)  quantity, net of returns
--   product_amount  decimal(38,2)  pure sales of the product in all months of the window
select
    sales.product_id,
    coalesce(products.name, sales.product_id) as product_name,
    sales.product_line,
    sales.sales_month,
    sum(sales.sales_amount)::decimal(38, 2) as sales_amount,
    sum(sales.sales_quantity)::decimal(38, 3) as sales_quantity,
    (sum(sum(sales.sales_amount)) over (partition by sales.product_id))::decimal(38, 2) as product_amount
from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[]) as sales
left join products on products.product_id = sales.product_id
where sales.terminal_id = $terminal::varchar
    and sales.sales_month >= $period_start::date
    and sales.sales_month < $period_end::date
group by sales.product_id, products.name, sales.product_line, sales.sales_month
order by product_amount desc, sales.product_id, sales.sales_month
