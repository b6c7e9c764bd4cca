-- Every link among the parties asked for.
-- grain: one row a sender and receiver
-- parameters:
--   nodes  varchar[]  []  the parties, each as kind and id: 'distributor:D1'
-- columns:
--   source_id      varchar        who ships, as kind and id
--   target_id      varchar        who receives
--   stage          varchar        sell_in, implied, transfer or pure_sales
--   link_amount    decimal(38,2)  value net of returns
--   return_amount  decimal(38,2)  returns within it, zero or negative
--   supply_share   double         share of the link in all that the receiver buys from anybody; 0 where more came back
with chosen as (
    select *
    from shown_links($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
    where list_contains($nodes::varchar[], sender_node)
        and list_contains($nodes::varchar[], receiver_node)
        and sender_node <> receiver_node
),
implied as (
    select
        'distributor:' || distributor_id as receiver_node,
        sum(implied_amount) as implied_amount
    from implied_links($period_start, $period_end, $territories, $manufacturers, $product_lines, [])
    group by distributor_id
)
select
    chosen.sender_node as source_id,
    chosen.receiver_node as target_id,
    chosen.stage,
    cast(chosen.link_amount as decimal(38, 2)) as link_amount,
    cast(chosen.return_amount as decimal(38, 2)) as return_amount,
    -- under a territory filter all that a distributor elsewhere receives is out of sight, and so is its share
    least(greatest(chosen.link_amount, 0)
            / nullif(coalesce(receipts.received_amount, 0) + coalesce(implied.implied_amount, 0), 0), 1) as supply_share
from chosen
left join received_links($period_start, $period_end, $territories, $manufacturers, $product_lines) as receipts
    on receipts.receiver_node = chosen.receiver_node
left join implied on implied.receiver_node = chosen.receiver_node
order by chosen.sender_node, chosen.receiver_node, chosen.stage
