-- What distributors received and from whom, by product line, in the period and the months before it: goods sold early in a
-- period came in before it. Territory and distributor filters are left out: goods come from outside a selection.
-- Where no sell-in of a manufacturer is recorded at all, its goods that a distributor sold on without having received them:
-- from the manufacturer if no receipt of the line is recorded for the distributor, else from nobody that is known.
-- grain: one row a receiving distributor, product line and sender
-- parameters:
--   look_back  integer  3  months before the period whose receipts count as well
-- columns:
--   distributor_id   varchar        who received
--   product_line     varchar        the product line; empty where not said
--   sender_id        varchar        who shipped; empty where nobody knows
--   is_maker         boolean        whether that is a manufacturer
--   is_implied       boolean        whether the manufacturer is known by the product only
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
    having sum(flow_amount) > 0
),
implied as (
    select
        distributor_id,
        coalesce(product_line, '') as product_line,
        manufacturer_id,
        sum(implied_amount) as implied_amount
    from implied_links(
        ($period_start::date - $look_back::integer * interval 1 month)::date, $period_end, [], $manufacturers, $product_lines, []
    )
    group by distributor_id, coalesce(product_line, ''), manufacturer_id
),
-- beside implied goods, those of manufacturers whose sell-in is recorded though none of it came here
unknown as (
    select
        edges.seller_id as distributor_id,
        coalesce(edges.product_line, '') as product_line,
        sum(edges.flow_amount) as unknown_amount
    from selected_edges([]::varchar[], $manufacturers, $product_lines, []::varchar[]) as edges
    where edges.stage in ('transfer', 'pure_sales')
        and edges.distributor_id is not null
        and edges.flow_month >= $period_start::date - $look_back::integer * interval 1 month
        and edges.flow_month < $period_end::date
        and (
            edges.manufacturer_id is null
            or exists (select 1 from makers_with_sell_in() as known where known.manufacturer_id = edges.manufacturer_id)
        )
    group by edges.seller_id, coalesce(edges.product_line, '')
),
supplied as (
    select distinct
        distributor_id,
        product_line
    from received
),
judged as (
    select
        implied.*,
        supplied.distributor_id is not null as is_supplied
    from implied
    left join supplied on supplied.distributor_id = implied.distributor_id and supplied.product_line = implied.product_line
),
every as (
    select
        distributor_id,
        product_line,
        sender_id,
        is_maker,
        false as is_implied,
        received_amount
    from received
    union all
    select
        distributor_id,
        product_line,
        case when is_supplied then '' else manufacturer_id end as sender_id,
        not is_supplied as is_maker,
        not is_supplied as is_implied,
        sum(implied_amount) as received_amount
    from judged
    group by distributor_id, product_line, case when is_supplied then '' else manufacturer_id end, is_supplied
    union all
    select
        unknown.distributor_id,
        unknown.product_line,
        '' as sender_id,
        false as is_maker,
        false as is_implied,
        unknown.unknown_amount as received_amount
    from unknown
    join (select distinct distributor_id, product_line from judged where not is_supplied) as alone
        on alone.distributor_id = unknown.distributor_id and alone.product_line = unknown.product_line
)
select
    distributor_id,
    product_line,
    sender_id,
    is_maker,
    is_implied,
    cast(received_amount as decimal(38, 2)) as received_amount
from every
where received_amount > 0
order by distributor_id, product_line, is_maker desc, sender_id
