-- Terminals that buy one line from many distributors in the period (多头供货). Each line stands alone: three distributors for
-- three lines are one hand each. The spread compares what the distributors charge for the same product: highest over lowest
-- price less one, weighed by value. Distributors whose sales to the terminal are not above zero do not count. A distributor
-- filter keeps the terminals that it serves and still counts the others.
-- grain: one row a terminal and product line, most valuable first
-- parameters:
--   least_hands  integer  3    distributors from which on they are many
--   row_limit    integer  300  rows
-- columns:
--   terminal_id        varchar        the terminal
--   terminal_name      varchar        its name
--   territory_name     varchar        its territory
--   product_line       varchar        the line
--   distributor_count  bigint         distributors that supply the line
--   sales_amount       decimal(38,2)  pure sales of the line to it
--   price_spread_rate  double         highest over lowest price of the same product, less one; empty where none is shared
--   shared_count       bigint         products that more than one of them supplies
--   largest_name       varchar        the distributor that supplies most
--   largest_share      double         its share
--   distributor_names  varchar        all of them, largest first
with bought as (
    select
        terminal_id,
        territory_id,
        product_line,
        product_id,
        distributor_id,
        sum(sales_amount) as amount,
        sum(sales_quantity) as quantity
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date
        and sales_month < $period_end::date
        and distributor_id is not null
    group by terminal_id, territory_id, product_line, product_id, distributor_id
),
hands as (
    select
        terminal_id,
        product_line,
        distributor_id,
        sum(amount) as amount
    from bought
    group by terminal_id, product_line, distributor_id
    having sum(amount) > 0
),
many as (
    select
        terminal_id,
        product_line,
        count(*) as distributor_count,
        sum(amount) as sales_amount,
        max(amount) as largest_amount,
        arg_max(distributor_id, amount) as largest_id,
        max(case when in_list($distributors, distributor_id) then 1 else 0 end) as is_asked
    from hands
    group by terminal_id, product_line
    having count(*) >= $least_hands::integer
),
prices as (
    select
        bought.terminal_id,
        bought.product_line,
        bought.product_id,
        bought.distributor_id,
        sum(bought.amount) as amount,
        sum(bought.amount)::double / sum(bought.quantity)::double as price
    from many
    join bought on bought.terminal_id = many.terminal_id and bought.product_line is not distinct from many.product_line
    group by bought.terminal_id, bought.product_line, bought.product_id, bought.distributor_id
    having sum(bought.quantity) > 0 and sum(bought.amount) > 0
),
spreads as (
    select
        terminal_id,
        product_line,
        product_id,
        sum(amount)::double as amount,
        max(price) / min(price) - 1 as spread
    from prices
    group by terminal_id, product_line, product_id
    having count(*) > 1
),
shared as (
    select
        terminal_id,
        product_line,
        sum(spread * amount) / sum(amount) as price_spread_rate,
        count(*) as shared_count
    from spreads
    group by terminal_id, product_line
),
named as (
    select
        hands.terminal_id,
        hands.product_line,
        string_agg(coalesce(distributors.name, hands.distributor_id), ' · ' order by hands.amount desc, hands.distributor_id) as distributor_names
    from many
    join hands on hands.terminal_id = many.terminal_id and hands.product_line is not distinct from many.product_line
    left join distributors on distributors.distributor_id = hands.distributor_id
    group by hands.terminal_id, hands.product_line
)
select
    many.terminal_id,
    coalesce(terminals.name, many.terminal_id) as terminal_name,
    territories.name as territory_name,
    many.product_line,
    many.distributor_count,
    cast(many.sales_amount as decimal(38, 2)) as sales_amount,
    shared.price_spread_rate,
    coalesce(shared.shared_count, 0) as shared_count,
    coalesce(largest.name, many.largest_id) as largest_name,
    many.largest_amount / many.sales_amount as largest_share,
    named.distributor_names
from many
left join shared on shared.terminal_id = many.terminal_id and shared.product_line is not distinct from many.product_line
left join named on named.terminal_id = many.terminal_id and named.product_line is not distinct from many.product_line
left join distributors as largest on largest.distributor_id = many.largest_id
left join terminals on terminals.terminal_id = many.terminal_id
left join territories on territories.territory_id = terminals.territory_id
where many.is_asked = 1
order by many.sales_amount desc, many.terminal_id, many.product_line
limit $row_limit::integer
