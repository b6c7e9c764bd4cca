-- What was sold to terminals in the period by seller, product line and kind of terminal. Terminals that sent a seller more of
-- a line back than they bought are counted apart.
-- grain: one row a product line, seller and kind of terminal
-- columns:
--   product_line     varchar        the product line; empty where not said
--   seller_id        varchar        who sold
--   is_maker         boolean        whether that is a manufacturer: a direct sale
--   type             varchar        kind of terminal
--   terminal_count   bigint         terminals that bought, net above zero
--   sales_amount     decimal(38,2)  pure sales to them
--   returned_amount  decimal(38,2)  net value of the others, zero or negative
with sold as (
    select
        coalesce(product_line, '') as product_line,
        seller_id,
        max(distributor_id) is null as is_maker,
        terminal_id,
        sum(sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by coalesce(product_line, ''), seller_id, terminal_id
)
select
    sold.product_line,
    sold.seller_id,
    sold.is_maker,
    terminals.type,
    count(*) filter (where sold.sales_amount > 0) as terminal_count,
    cast(sum(case when sold.sales_amount > 0 then sold.sales_amount else 0 end) as decimal(38, 2)) as sales_amount,
    cast(sum(case when sold.sales_amount > 0 then 0 else sold.sales_amount end) as decimal(38, 2)) as returned_amount
from sold
left join terminals on terminals.terminal_id = sold.terminal_id
group by sold.product_line, sold.seller_id, sold.is_maker, terminals.type
order by sold.product_line, sold.seller_id, terminals.type
