-- Who ships to whom in the period: makers to distributors (sell-in), distributors to one another (transfers), and to
-- terminals, which are taken together by kind and region (pure sales). Each stage is measured on its own and they differ.
-- Where no sell-in of a manufacturer is recorded at all, what distributors sold of its goods stands for it (implied).
-- A territory filter speaks of the receiving party; a distributor filter keeps what it ships and what it receives.
-- grain: one row a stage, seller, buying distributor, kind of terminal and region
-- columns:
--   stage          varchar        sell_in, implied, transfer or pure_sales
--   seller_id      varchar        who ships
--   is_maker       boolean        whether the seller is a manufacturer
--   seller_name    varchar        its name
--   seller_tier    integer        tier of a distributor
--   buyer_id       varchar        the buying distributor; empty for terminals
--   buyer_name     varchar        its name
--   buyer_tier     integer        its tier
--   terminal_type  varchar        kind of terminal, for pure sales
--   region_id      varchar        region of the terminals, for pure sales; empty where unassigned
--   region_name    varchar        its name
--   flow_amount    decimal(38,2)  value, net of returns
--   return_amount  decimal(38,2)  returns within it, zero or negative
with links as (
    select
        edges.stage,
        edges.seller_id,
        edges.stage = 'sell_in' or (edges.stage = 'pure_sales' and edges.distributor_id is null) as is_maker,
        case when edges.stage <> 'pure_sales' then edges.buyer_id end as buyer_id,
        terminals.type as terminal_type,
        case when edges.stage = 'pure_sales' then coalesce(territory_places.region_id, territories.territory_id) end as region_id,
        edges.flow_amount,
        edges.return_amount
    from selected_edges($territories, $manufacturers, $product_lines, $distributors) as edges
    left join terminals on terminals.terminal_id = edges.buyer_id and edges.stage = 'pure_sales'
    left join territories on territories.territory_id = edges.territory_id
    left join territory_places on territory_places.territory_id = edges.territory_id
    where edges.stage in ('sell_in', 'transfer', 'pure_sales')
        and edges.flow_month >= $period_start::date
        and edges.flow_month < $period_end::date
),
summed as (
    select
        stage,
        seller_id,
        is_maker,
        buyer_id,
        terminal_type,
        region_id,
        sum(flow_amount) as flow_amount,
        sum(return_amount) as return_amount
    from links
    group by stage, seller_id, is_maker, buyer_id, terminal_type, region_id
    union all
    select
        'implied' as stage,
        manufacturer_id as seller_id,
        true as is_maker,
        distributor_id as buyer_id,
        null as terminal_type,
        null as region_id,
        sum(implied_amount) as flow_amount,
        cast(0 as decimal(38, 2)) as return_amount
    from implied_links($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
    group by manufacturer_id, distributor_id
)
select
    summed.stage,
    summed.seller_id,
    summed.is_maker,
    coalesce(case when summed.is_maker then manufacturers.name else sellers.name end, summed.seller_id) as seller_name,
    case when not summed.is_maker then sellers.tier end as seller_tier,
    summed.buyer_id,
    coalesce(buyers.name, summed.buyer_id) as buyer_name,
    buyers.tier as buyer_tier,
    summed.terminal_type,
    summed.region_id,
    regions.name as region_name,
    summed.flow_amount,
    summed.return_amount
from summed
left join manufacturers on manufacturers.manufacturer_id = summed.seller_id
left join distributors as sellers on sellers.distributor_id = summed.seller_id
left join distributors as buyers on buyers.distributor_id = summed.buyer_id
left join territories as regions on regions.territory_id = summed.region_id
order by summed.stage, summed.seller_id, summed.buyer_id, summed.terminal_type, summed.region_id
