-- With whom the parties asked for deal: the largest by direction and column, with the count and sum of all of that group.
-- grain: one row a party asked for, direction and neighbour
-- parameters:
--   nodes      varchar[]  []   the parties, each as kind and id: 'distributor:D1'
--   room       integer    20   the most neighbours of a party, direction and column
--   threshold  double     0.8  share of what a terminal buys from which on it depends on one source
-- columns:
--   node_id       varchar        the party asked for
--   neighbour_id  varchar        the other party, as kind and id
--   is_supplier   boolean        whether the neighbour ships to the party; else it receives
--   place         varchar        the neighbour's column: maker, tier_1, tier_2 or terminal
--   link_amount   decimal(38,2)  value between the two, net of returns; zero or below where all or more came back
--   link_rank     bigint         its place in the group, 1 is the largest
--   group_count   bigint         neighbours of the party in this direction and column
--   group_amount  decimal(38,2)  value between them and the party
--   single_count  bigint         terminals among them with a single source
with links as materialized (
    select *
    from shown_links($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
),
around as (
    select
        sender_node as node_id,
        receiver_node as neighbour_id,
        false as is_supplier,
        link_amount
    from links
    where list_contains($nodes::varchar[], sender_node) and sender_node <> receiver_node
    union all
    select
        receiver_node as node_id,
        sender_node as neighbour_id,
        true as is_supplier,
        link_amount
    from links
    where list_contains($nodes::varchar[], receiver_node) and sender_node <> receiver_node
),
placed as (
    select
        around.node_id,
        around.neighbour_id,
        around.is_supplier,
        parties.place,
        around.link_amount,
        coalesce(receipts.net_amount > 0 and receipts.largest_amount / nullif(receipts.received_amount, 0) >= $threshold::double, false)
            and parties.place = 'terminal' as is_single_source
    from around
    join placed_parties($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors) as parties
        on parties.node_id = around.neighbour_id
    left join received_links($period_start, $period_end, $territories, $manufacturers, $product_lines) as receipts
        on receipts.receiver_node = around.neighbour_id
),
ranked as (
    select
        *,
        row_number() over (partition by node_id, is_supplier, place order by link_amount desc, neighbour_id) as link_rank,
        count(*) over (partition by node_id, is_supplier, place) as group_count,
        sum(link_amount) over (partition by node_id, is_supplier, place) as group_amount,
        sum(case when is_single_source then 1 else 0 end) over (partition by node_id, is_supplier, place) as single_count
    from placed
)
select
    node_id,
    neighbour_id,
    is_supplier,
    place,
    cast(link_amount as decimal(38, 2)) as link_amount,
    link_rank,
    group_count,
    cast(group_amount as decimal(38, 2)) as group_amount,
    cast(single_count as bigint) as single_count
from ranked
where link_rank <= $room::integer
order by node_id, is_supplier desc, place, link_rank
