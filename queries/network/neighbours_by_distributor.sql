-- Everybody one distributor deals with in the period: who supplies it, and whom it supplies.
-- grain: one row a neighbour and direction
-- parameters:
--   distributor  varchar  ''   the distributor looked at
--   threshold    double   0.8  share of what a terminal buys from which on it depends on the seller
-- columns:
--   neighbour_id      varchar        the other party
--   kind              varchar        manufacturer, distributor or terminal
--   is_supplier       boolean        whether it ships to the distributor; else it receives
--   neighbour_name    varchar        its name
--   tier              integer        tier of a distributor
--   type              varchar        kind of a terminal
--   territory_name    varchar        its territory
--   link_amount       decimal(38,2)  value between the two, net of returns: sell-in, transfer or pure sales
--   neighbour_amount  decimal(38,2)  pure sales of the other party: its own, or what a terminal bought from everybody
--   supply_share      double         share of the link in all that the receiving party buys
--   is_single_source  boolean        whether a terminal depends on this distributor
with links as (
    select
        stage,
        seller_id,
        buyer_id,
        sum(flow_amount) as link_amount
    from selected_edges($territories, $manufacturers, $product_lines, []::varchar[])
    where stage in ('sell_in', 'transfer', 'pure_sales')
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
    group by stage, seller_id, buyer_id
),
receipts as (
    select
        stage = 'pure_sales' as is_terminal,
        buyer_id,
        sum(greatest(link_amount, 0)) as received_amount,
        sum(link_amount) as net_amount
    from links
    group by stage = 'pure_sales', buyer_id
),
own_sales as (
    select
        seller_id,
        sum(link_amount) as sold_amount
    from links
    where stage = 'pure_sales'
    group by seller_id
),
brand_sales as (
    select
        manufacturer_id,
        sum(sales_amount) as sold_amount
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by manufacturer_id
),
suppliers as (
    select
        links.seller_id as neighbour_id,
        case when links.stage = 'sell_in' then 'manufacturer' else 'distributor' end as kind,
        links.link_amount,
        links.link_amount / nullif(receipts.received_amount, 0) as supply_share
    from links
    join receipts on receipts.buyer_id = links.buyer_id and not receipts.is_terminal
    where links.buyer_id = $distributor::varchar and links.stage <> 'pure_sales' and links.link_amount <> 0
),
receivers as (
    select
        links.buyer_id as neighbour_id,
        case when links.stage = 'pure_sales' then 'terminal' else 'distributor' end as kind,
        links.link_amount,
        links.link_amount / nullif(receipts.received_amount, 0) as supply_share,
        receipts.net_amount
    from links
    join receipts on receipts.buyer_id = links.buyer_id and receipts.is_terminal = (links.stage = 'pure_sales')
    where links.seller_id = $distributor::varchar and links.stage <> 'sell_in' and links.link_amount <> 0
),
neighbours as (
    select
        neighbour_id,
        kind,
        true as is_supplier,
        link_amount,
        supply_share,
        null::decimal(38, 2) as net_amount
    from suppliers
    union all
    select
        neighbour_id,
        kind,
        false as is_supplier,
        link_amount,
        supply_share,
        net_amount
    from receivers
)
select
    neighbours.neighbour_id,
    neighbours.kind,
    neighbours.is_supplier,
    coalesce(manufacturers.name, distributors.name, terminals.name, neighbours.neighbour_id) as neighbour_name,
    distributors.tier,
    terminals.type,
    territories.name as territory_name,
    cast(neighbours.link_amount as decimal(38, 2)) as link_amount,
    cast(
        coalesce(
            case
                when neighbours.kind = 'terminal' then neighbours.net_amount
                when neighbours.kind = 'manufacturer' then brand_sales.sold_amount
                else own_sales.sold_amount
            end,
            0
        ) as decimal(38, 2)
    ) as neighbour_amount,
    greatest(neighbours.supply_share, 0) as supply_share,
    neighbours.kind = 'terminal' and neighbours.net_amount > 0 and coalesce(neighbours.supply_share >= $threshold::double, false) as is_single_source
from neighbours
left join manufacturers on manufacturers.manufacturer_id = neighbours.neighbour_id and neighbours.kind = 'manufacturer'
left join distributors on distributors.distributor_id = neighbours.neighbour_id and neighbours.kind = 'distributor'
left join terminals on terminals.terminal_id = neighbours.neighbour_id and neighbours.kind = 'terminal'
left join territories on territories.territory_id = coalesce(distributors.territory_id, terminals.territory_id)
left join own_sales on own_sales.seller_id = neighbours.neighbour_id
left join brand_sales on brand_sales.manufacturer_id = neighbours.neighbour_id
order by neighbours.is_supplier desc, neighbours.kind, neighbours.link_amount desc, neighbours.neighbour_id
