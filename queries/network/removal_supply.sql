-- From whom each distributor gets its goods in the period: makers (sell-in) and other distributors (transfers). A party to
-- which more went back than came from it supplies nothing. A territory filter speaks of terminals and leaves this whole.
-- Where no sell-in of a maker is recorded at all, what the distributor sold of its goods beyond what others sent it came from
-- that maker, else a small transfer would seem to be all its supply.
-- grain: one row a distributor and supplier
-- columns:
--   distributor_id    varchar        the distributor supplied
--   distributor_name  varchar        its name
--   tier              integer        its tier; empty where not said
--   supplier_kind     varchar        manufacturer or distributor
--   supplier_id       varchar        the supplier
--   supply_amount     decimal(38,2)  value received from it or implied, net of returns, above zero
with links as (
    select
        buyer_id as distributor_id,
        case when stage = 'sell_in' then 'manufacturer' else 'distributor' end as supplier_kind,
        seller_id as supplier_id,
        sum(flow_amount) as supply_amount
    from selected_edges([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where stage in ('sell_in', 'transfer')
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
        and seller_id <> buyer_id
    group by buyer_id, case when stage = 'sell_in' then 'manufacturer' else 'distributor' end, seller_id
    having sum(flow_amount) > 0
    union all
    select
        distributor_id,
        'manufacturer' as supplier_kind,
        manufacturer_id as supplier_id,
        sum(implied_amount) as supply_amount
    from implied_links($period_start, $period_end, [], $manufacturers, $product_lines, [])
    group by distributor_id, manufacturer_id
)
select
    links.distributor_id,
    coalesce(distributors.name, links.distributor_id) as distributor_name,
    distributors.tier,
    links.supplier_kind,
    links.supplier_id,
    cast(links.supply_amount as decimal(38, 2)) as supply_amount
from links
left join distributors on distributors.distributor_id = links.distributor_id
order by links.distributor_id, links.supplier_kind desc, links.supplier_id
