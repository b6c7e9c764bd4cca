-- Which share of the target terminals of each kind bought each product in the period: the fifteen most bought.
-- The kind is the terminal's type; where all are of one type, its level.
-- grain: one row a product and kind; the six kinds with most terminals, the rest together as 'other'
-- columns:
--   product_id        varchar  the product
--   product_name      varchar  its name
--   kind              varchar  kind of terminal; empty where not said
--   terminal_count    bigint   target terminals of the kind open in the period
--   buyer_count       bigint   those with net pure sales of the product above zero
--   penetration_rate  double   buyers ÷ terminals
with grouped as (
    select
        terminal_id,
        kind
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    )
    where is_counted
),
kinds as (
    select
        kind,
        count(*) as terminal_count
    from grouped
    group by kind
),
buyers as (
    select
        terminal_id,
        product_id
    from purchases_until($period_end, null, $territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date
    group by terminal_id, product_id
    having sum(bought_amount) > 0
),
product_buyers as (
    select
        buyers.product_id,
        grouped.kind,
        count(*) as buyer_count
    from buyers
    join grouped on grouped.terminal_id = buyers.terminal_id
    group by buyers.product_id, grouped.kind
),
most_bought as (
    select
        product_id,
        sum(buyer_count) as all_buyer_count
    from product_buyers
    group by product_id
    order by all_buyer_count desc, product_id
    limit 15
)
select
    most_bought.product_id,
    coalesce(products.name, most_bought.product_id) as product_name,
    kinds.kind,
    kinds.terminal_count,
    coalesce(product_buyers.buyer_count, 0) as buyer_count,
    coalesce(product_buyers.buyer_count, 0) / nullif(kinds.terminal_count, 0) as penetration_rate
from most_bought
cross join kinds
left join products on products.product_id = most_bought.product_id
left join product_buyers on product_buyers.product_id = most_bought.product_id and product_buyers.kind = kinds.kind
order by most_bought.all_buyer_count desc, most_bought.product_id, kinds.kind = 'other', kinds.terminal_count desc, kinds.kind
