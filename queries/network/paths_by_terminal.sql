-- What a terminal bought, and everything its sellers received, and theirs: the links by which its goods can have come. The
-- terminal's own purchases are those under the filters; what its sellers received is looked at wherever it was delivered.
-- grain: one row a sender, receiver, manufacturer and product line
-- parameters:
--   terminal   varchar  ''     the terminal's id
--   row_limit  integer  20000  the most rows given
-- columns:
--   source_id        varchar        who shipped, as kind and id
--   target_id        varchar        who received
--   manufacturer_id  varchar        manufacturer of the goods
--   product_line     varchar        product line
--   link_amount      decimal(38,2)  value net of returns
--   is_implied       boolean        whether no sell-in of the manufacturer is recorded and what was sold stands for it
with recursive bought as materialized (
    select
        stage,
        distributor_id,
        seller_id,
        buyer_id,
        manufacturer_id,
        product_line,
        sum(flow_amount) as link_amount
    from selected_edges($territories, $manufacturers, $product_lines, $distributors)
    where stage = 'pure_sales'
        and buyer_id = $terminal::varchar
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
    group by stage, distributor_id, seller_id, buyer_id, manufacturer_id, product_line
),
moved as materialized (
    select
        stage,
        seller_id,
        buyer_id,
        manufacturer_id,
        product_line,
        sum(flow_amount) as link_amount
    from selected_edges([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where stage in ('sell_in', 'transfer')
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
    group by stage, seller_id, buyer_id, manufacturer_id, product_line
),
upstream as (
    select distributor_id
    from bought
    where distributor_id is not null
    union
    select moved.seller_id
    from upstream
    join moved on moved.buyer_id = upstream.distributor_id and moved.stage = 'transfer'
),
links as (
    select
        case when distributor_id is null then 'manufacturer:' else 'distributor:' end || seller_id as source_id,
        'terminal:' || buyer_id as target_id,
        manufacturer_id,
        product_line,
        link_amount,
        false as is_implied
    from bought
    union all
    select
        case when moved.stage = 'sell_in' then 'manufacturer:' else 'distributor:' end || moved.seller_id as source_id,
        'distributor:' || moved.buyer_id as target_id,
        moved.manufacturer_id,
        moved.product_line,
        moved.link_amount,
        false as is_implied
    from moved
    join upstream on upstream.distributor_id = moved.buyer_id
    union all
    select
        'manufacturer:' || implied.manufacturer_id as source_id,
        'distributor:' || implied.distributor_id as target_id,
        implied.manufacturer_id,
        implied.product_line,
        implied.implied_amount,
        true as is_implied
    from implied_links($period_start, $period_end, [], $manufacturers, $product_lines, []) as implied
    join upstream on upstream.distributor_id = implied.distributor_id
)
select
    source_id,
    target_id,
    manufacturer_id,
    product_line,
    cast(link_amount as decimal(38, 2)) as link_amount,
    is_implied
from links
order by starts_with(target_id, 'terminal:') desc, link_amount desc, source_id, target_id, manufacturer_id, product_line
limit $row_limit::integer
