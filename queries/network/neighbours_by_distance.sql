-- How many parties are how many steps from one, whichever way the goods go, and the links among them.
-- grain: one row a number of steps and column
-- parameters:
--   node   varchar    ''  the party at the centre, as kind and id: 'distributor:D1'
--   depth  integer    1   the most steps
--   drawn  varchar[]  []  parties that are drawn already
-- columns:
--   distance     integer  steps from the centre; 0 is the centre itself
--   place        varchar  column: maker, tier_1, tier_2 or terminal
--   node_count   bigint   parties
--   drawn_count  bigint   those drawn already
--   link_count   bigint   pairs that deal with each other, both within reach, the farther one (or both) here; each counted once
with recursive pairs as materialized (
    select distinct
        least(sender_node, receiver_node) as one_node,
        greatest(sender_node, receiver_node) as other_node
    from shown_links($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
    where sender_node <> receiver_node
),
steps as materialized (
    select one_node as from_node, other_node as to_node from pairs
    union all
    select other_node as from_node, one_node as to_node from pairs
),
-- a party comes back at every second step; each is kept once a step, so the walk stays within the links there are
walked as (
    select
        node_id,
        0 as distance
    from placed_parties($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
    where node_id = $node::varchar
    union
    select
        steps.to_node,
        walked.distance + 1
    from walked
    join steps on steps.from_node = walked.node_id
    where walked.distance < $depth::integer
),
reached as materialized (
    select
        node_id,
        min(distance) as distance
    from walked
    group by node_id
),
counted as (
    select
        reached.distance,
        parties.place,
        count(*) as node_count,
        cast(sum(case when list_contains($drawn::varchar[], reached.node_id) then 1 else 0 end) as bigint) as drawn_count
    from reached
    join placed_parties($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors) as parties
        on parties.node_id = reached.node_id
    group by reached.distance, parties.place
),
-- a pair at the same distance is filed under its later id, so that it is counted once
filed as (
    select
        case when ones.distance > others.distance then pairs.one_node else pairs.other_node end as node_id,
        greatest(ones.distance, others.distance) as distance
    from pairs
    join reached as ones on ones.node_id = pairs.one_node
    join reached as others on others.node_id = pairs.other_node
),
linked as (
    select
        filed.distance,
        parties.place,
        count(*) as link_count
    from filed
    join placed_parties($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors) as parties
        on parties.node_id = filed.node_id
    group by filed.distance, parties.place
)
select
    counted.distance,
    counted.place,
    counted.node_count,
    counted.drawn_count,
    coalesce(linked.link_count, 0) as link_count
from counted
left join linked on linked.distance = counted.distance and linked.place = counted.place
order by counted.distance, counted.place
