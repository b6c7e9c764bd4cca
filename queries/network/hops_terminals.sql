-- What single terminals bought in the period, by seller and product line, for some sellers and kinds of terminal.
-- grain: one row a terminal, seller and product line
-- parameters:
--   sellers  varchar[]  []  sellers to look at; empty for all
--   types    varchar[]  []  kinds of terminal to look at; empty for all
-- columns:
--   terminal_id     varchar        the terminal
--   terminal_name   varchar        its name
--   type            varchar        its kind
--   territory_name  varchar        its territory today
--   seller_id       varchar        who sold
--   product_line    varchar        the product line; empty where not said
--   sales_amount    decimal(38,2)  pure sales, net of returns, above zero
with sold as (
    select
        terminal_id,
        seller_id,
        coalesce(product_line, '') as product_line,
        sum(sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date
        and sales_month < $period_end::date
        and in_list($sellers, seller_id)
    group by terminal_id, seller_id, coalesce(product_line, '')
)
select
    sold.terminal_id,
    coalesce(terminals.name, sold.terminal_id) as terminal_name,
    terminals.type,
    territories.name as territory_name,
    sold.seller_id,
    sold.product_line,
    cast(sold.sales_amount as decimal(38, 2)) as sales_amount
from sold
join terminals on terminals.terminal_id = sold.terminal_id
left join territories on territories.territory_id = terminals.territory_id
where sold.sales_amount > 0 and in_list($types, terminals.type)
order by sold.terminal_id, sold.seller_id, sold.product_line
