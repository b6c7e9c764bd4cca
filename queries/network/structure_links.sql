-- Who ships to whom in the period, every party by itself: the graph that communities and key positions are read from.
-- Links that came to nothing or less are no links. A territory filter speaks of terminals alone, as goods for them come from
-- elsewhere; a distributor filter is left out: a position is one among all.
-- grain: one row a source and target
-- columns:
--   source_id    varchar        who ships: 'manufacturer:M1' or 'distributor:D1'
--   target_id    varchar        who receives: 'distributor:D1' or 'terminal:T1'
--   stage        varchar        sell_in, implied (no sell-in of the maker is recorded), transfer or pure_sales
--   link_amount  decimal(38,2)  value, net of returns, above zero
with links as (
    select
        stage,
        seller_id,
        buyer_id,
        stage = 'sell_in' or (stage = 'pure_sales' and max(distributor_id) is null) as is_maker,
        sum(flow_amount) as link_amount
    from selected_edges([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where (stage in ('sell_in', 'transfer') or (stage = 'pure_sales' and in_territories($territories, territory_id)))
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
    group by stage, seller_id, buyer_id
    union all
    select
        'implied' as stage,
        manufacturer_id as seller_id,
        distributor_id as buyer_id,
        true as is_maker,
        sum(implied_amount) as link_amount
    from implied_links($period_start, $period_end, [], $manufacturers, $product_lines, [])
    group by manufacturer_id, distributor_id
)
select
    case when is_maker then 'manufacturer:' else 'distributor:' end || seller_id as source_id,
    case when stage = 'pure_sales' then 'terminal:' else 'distributor:' end || buyer_id as target_id,
    stage,
    cast(link_amount as decimal(38, 2)) as link_amount
from links
where link_amount > 0
order by source_id, target_id
