-- What the parties asked for are, and how much they move in the period. A party that no table knows has no row; one that
-- moved nothing under the filters has a row with has_flow false.
-- grain: one row a party
-- parameters:
--   nodes      varchar[]  []   the parties, each as kind and id: 'terminal:T1'
--   threshold  double     0.8  share of what a terminal buys from which on it depends on one source
-- columns:
--   node_id           varchar        the party, as kind and id
--   kind              varchar        manufacturer, distributor or terminal
--   code              varchar        its id
--   name              varchar        its name
--   place             varchar        column: maker, tier_1, tier_2 or terminal
--   tier              integer        tier of a distributor
--   type              varchar        kind of a terminal
--   level             varchar        level or size class of a terminal
--   territory_name    varchar        its territory
--   city              varchar        city
--   sales_amount      decimal(38,2)  pure sales: what a distributor sold, a terminal bought, or of a manufacturer's products
--   sales_share       double         share in all pure sales under the filters
--   bought_amount     decimal(38,2)  what it received, net of returns
--   shipped_amount    decimal(38,2)  what it shipped to anybody, net of returns
--   return_amount     decimal(38,2)  returns within what a terminal bought or another shipped, zero or negative
--   source_count      bigint         parties it buys from, net above zero, whatever distributors are chosen
--   receiver_count    bigint         distributors and terminals it ships to, net above zero
--   terminal_count    bigint         terminals among them
--   implied_count     bigint         distributors that sold goods of a manufacturer of which no sell-in is recorded
--   is_single_source  boolean        whether a terminal has a single source
--   has_flow          boolean        whether it moved anything under the filters
with asked as (
    select distinct
        node_id,
        split_part(node_id, ':', 1) as kind,
        substr(node_id, strpos(node_id, ':') + 1) as code
    from unnest($nodes::varchar[]) as given (node_id)
),
known as (
    select
        asked.node_id,
        asked.kind,
        asked.code,
        coalesce(manufacturers.name, sellers.name, terminals.name) as name,
        sellers.tier,
        terminals.type,
        terminals.level,
        coalesce(sellers.territory_id, terminals.territory_id) as territory_id,
        coalesce(sellers.city, terminals.city) as city
    from asked
    left join manufacturers on manufacturers.manufacturer_id = asked.code and asked.kind = 'manufacturer'
    left join distributors as sellers on sellers.distributor_id = asked.code and asked.kind = 'distributor'
    left join terminals on terminals.terminal_id = asked.code and asked.kind = 'terminal'
    where coalesce(manufacturers.manufacturer_id, sellers.distributor_id, terminals.terminal_id) is not null
),
links as materialized (
    select *
    from selected_links($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
),
shipped as (
    select
        sender_node as node_id,
        sum(link_amount) as shipped_amount,
        sum(case when stage = 'pure_sales' then link_amount else 0 end) as sold_amount,
        sum(return_amount) as return_amount,
        cast(sum(case when link_amount > 0 then 1 else 0 end) as bigint) as receiver_count,
        cast(sum(case when link_amount > 0 and stage = 'pure_sales' then 1 else 0 end) as bigint) as terminal_count
    from links
    where list_contains($nodes::varchar[], sender_node)
    group by sender_node
),
bought as (
    select
        receiver_node as node_id,
        sum(link_amount) as bought_amount,
        sum(return_amount) as return_amount
    from links
    where list_contains($nodes::varchar[], receiver_node)
    group by receiver_node
),
made as (
    select
        'manufacturer:' || manufacturer_id as node_id,
        sum(sales_amount) as made_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by manufacturer_id
),
implied as (
    select
        'manufacturer:' || manufacturer_id as node_id,
        count(distinct distributor_id) as implied_count
    from implied_links($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
    group by manufacturer_id
),
whole as (
    select sum(link_amount) as whole_amount
    from links
    where stage = 'pure_sales'
),
measured as (
    select
        known.*,
        parties.place,
        case
            when known.kind = 'manufacturer' then coalesce(made.made_amount, 0)
            when known.kind = 'terminal' then coalesce(bought.bought_amount, 0)
            else coalesce(shipped.sold_amount, 0)
        end as sales_amount,
        coalesce(bought.bought_amount, 0) as bought_amount,
        coalesce(shipped.shipped_amount, 0) as shipped_amount,
        coalesce(case when known.kind = 'terminal' then bought.return_amount else shipped.return_amount end, 0) as return_amount,
        coalesce(receipts.source_count, 0) as source_count,
        coalesce(shipped.receiver_count, 0) as receiver_count,
        coalesce(shipped.terminal_count, 0) as terminal_count,
        coalesce(implied.implied_count, 0) as implied_count,
        known.kind = 'terminal'
            and coalesce(receipts.net_amount > 0 and receipts.largest_amount / nullif(receipts.received_amount, 0) >= $threshold::double, false)
            as is_single_source,
        bought.node_id is not null or shipped.node_id is not null or made.node_id is not null as has_flow,
        whole.whole_amount
    from known
    cross join whole
    left join shipped on shipped.node_id = known.node_id
    left join bought on bought.node_id = known.node_id
    left join implied on implied.node_id = known.node_id
    left join made on made.node_id = known.node_id
    left join received_links($period_start, $period_end, $territories, $manufacturers, $product_lines) as receipts
        on receipts.receiver_node = known.node_id
    left join placed_parties($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors) as parties
        on parties.node_id = known.node_id
)
select
    measured.node_id,
    measured.kind,
    measured.code,
    coalesce(measured.name, measured.code) as name,
    coalesce(
        measured.place,
        case
            when measured.kind = 'manufacturer' then 'maker'
            when measured.kind = 'terminal' then 'terminal'
            when measured.tier = 2 then 'tier_2'
            else 'tier_1'
        end
    ) as place,
    measured.tier,
    measured.type,
    measured.level,
    territories.name as territory_name,
    measured.city,
    cast(measured.sales_amount as decimal(38, 2)) as sales_amount,
    measured.sales_amount / nullif(greatest(measured.whole_amount, 0), 0) as sales_share,
    cast(measured.bought_amount as decimal(38, 2)) as bought_amount,
    cast(measured.shipped_amount as decimal(38, 2)) as shipped_amount,
    cast(measured.return_amount as decimal(38, 2)) as return_amount,
    measured.source_count,
    measured.receiver_count,
    measured.terminal_count,
    measured.implied_count,
    measured.is_single_source,
    measured.has_flow
from measured
left join territories on territories.territory_id = measured.territory_id
order by measured.node_id
