-- Whom one distributor deals with, other than terminals: who supplies it, and which distributors it supplies.
-- grain: one row a neighbour and direction, largest first
-- parameters:
--   distributor  varchar  ''  the distributor
-- columns:
--   neighbour_id    varchar        the other party
--   neighbour_name  varchar        its name
--   neighbour_kind  varchar        manufacturer or distributor
--   is_supplier     boolean        whether it ships to the distributor; else it receives
--   link_amount     decimal(38,2)  value between the two in the period, net of returns
--   link_share      double         share of it in all the distributor took in, or passed on
with links as (
    select
        case when buyer_id = $distributor::varchar then seller_id else buyer_id end as neighbour_id,
        case when stage = 'sell_in' then 'manufacturer' else 'distributor' end as neighbour_kind,
        buyer_id = $distributor::varchar as is_supplier,
        sum(flow_amount) as link_amount
    from selected_edges([]::varchar[], $manufacturers, $product_lines, [$distributor::varchar])
    where stage in ('sell_in', 'transfer')
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
        and buyer_id <> seller_id
        and (stage = 'transfer' or buyer_id = $distributor::varchar)
    group by 1, 2, 3
)
select
    links.neighbour_id,
    coalesce(manufacturers.name, distributors.name, links.neighbour_id) as neighbour_name,
    links.neighbour_kind,
    links.is_supplier,
    links.link_amount::decimal(38, 2) as link_amount,
    (greatest(links.link_amount, 0) / nullif(sum(greatest(links.link_amount, 0)) over (partition by links.is_supplier), 0))::double as link_share
from links
left join manufacturers on manufacturers.manufacturer_id = links.neighbour_id and links.neighbour_kind = 'manufacturer'
left join distributors on distributors.distributor_id = links.neighbour_id and links.neighbour_kind = 'distributor'
order by links.is_supplier desc, links.link_amount desc, links.neighbour_id
