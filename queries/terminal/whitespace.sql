-- What one terminal does not buy, or far less than expected, that those like it do: the estimates made at publish.
-- grain: one row a product line, or a product where lines do not tell terminals apart; the largest expected value first
-- parameters:
--   terminal  varchar  ''  the terminal
-- columns:
--   product_line          varchar        the product line
--   product_id            varchar        the product; empty where the line is meant
--   product_name          varchar        its name
--   start_name            varchar        product of the line that most terminals of the type buy; empty if none
--   is_few                boolean        bought, but far below what is expected; else not bought at all
--   chance_rate           double         chance of an order within twelve months
--   value_amount          decimal(38,2)  twelve months of it beyond what is bought
--   expected_amount       decimal(38,2)  chance times value
--   similar_bought_count  bigint         of the similar terminals nearest in size, those that buy it
--   similar_count         bigint         those similar terminals
select
    whitespace.product_line,
    whitespace.product_id,
    products.name as product_name,
    starts.name as start_name,
    whitespace.is_few,
    whitespace.chance_rate,
    whitespace.value_amount::decimal(38, 2) as value_amount,
    whitespace.expected_amount::decimal(38, 2) as expected_amount,
    whitespace.similar_bought_count,
    whitespace.similar_count
from whitespace
left join products on products.product_id = whitespace.product_id
left join products as starts on starts.product_id = whitespace.start_product_id
where whitespace.terminal_id = $terminal::varchar
    and in_list($product_lines, whitespace.product_line)
    and (
        len($manufacturers::varchar[]) = 0
        or coalesce(products.manufacturer_id, starts.manufacturer_id) is null
        or in_list($manufacturers, coalesce(products.manufacturer_id, starts.manufacturer_id))
    )
order by whitespace.expected_amount desc, whitespace.product_line, whitespace.product_id
