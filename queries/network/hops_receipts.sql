-- What distributors received and from whom, by product line, in the period and the months before it: goods sold early in a
-- period came in before it. Territory and distributor filters are left out: goods come from outside a selection.
-- grain: one row a receiving distributor, product line and sender
-- parameters:
--   look_back  integer  3  months before the period whose receipts count as well
-- columns:
--   distributor_id   varchar        who received
--   product_line     varchar        the product line; empty where not said
--   sender_id        varchar        who shipped
--   is_maker         boolean        whether that is a manufacturer
--   received_amount  decimal(38,2)  value, net of returns, above zero
with received as (
    select
        buyer_id as distributor_id,
        coalesce(product_line, '') as product_line,
        seller_id as sender_id,
        stage = 'sell_in' as is_maker,
        sum(flow_amount) as received_amount
    from selected_edges([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where stage in ('sell_in', 'transfer')
        and flow_month >= $period_start::date - $look_back::integer * interval 1 month
        and flow_month < $period_end::date
        and seller_id <> buyer_id
    group by buyer_id, coalesce(product_line, ''), seller_id, stage = 'sell_in'
)
select
    distributor_id,
    product_line,
    sender_id,
    is_maker,
    cast(received_amount as decimal(38, 2)) as received_amount
from received
where received_amount > 0
order by distributor_id, product_line, is_maker desc, sender_id
