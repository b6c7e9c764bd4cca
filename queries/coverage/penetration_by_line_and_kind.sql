-- Which share of the target terminals of each kind bought each product line in the period.
-- The kind is the terminal's type; where all are of one type, its level.
-- grain: one row a product line and kind; the six kinds with most terminals, the rest together as 'other'
-- columns:
--   product_line      varchar  the product line
--   kind              varchar  kind of terminal; empty where not said
--   terminal_count    bigint   target terminals of the kind open in the period
--   buyer_count       bigint   those with net pure sales of the line above zero
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
        product_line
    from purchases_until($period_end, null, $territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date and product_line is not null
    group by terminal_id, product_line
    having sum(bought_amount) > 0
),
line_buyers as (
    select
        buyers.product_line,
        grouped.kind,
        count(*) as buyer_count
    from buyers
    join grouped on grouped.terminal_id = buyers.terminal_id
    group by buyers.product_line, grouped.kind
),
lines as (
    select
        product_line,
        sum(buyer_count) as all_buyer_count
    from line_buyers
    group by product_line
)
select
    lines.product_line,
    kinds.kind,
    kinds.terminal_count,
    coalesce(line_buyers.buyer_count, 0) as buyer_count,
    coalesce(line_buyers.buyer_count, 0) / nullif(kinds.terminal_count, 0) as penetration_rate
from lines
cross join kinds
left join line_buyers on line_buyers.product_line = lines.product_line and line_buyers.kind = kinds.kind
order by lines.all_buyer_count desc, lines.product_line, kinds.kind = 'other', kinds.terminal_count desc, kinds.kind
