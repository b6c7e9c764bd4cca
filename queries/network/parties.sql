-- Everybody in the channel in the period, for the drawing of the whole: makers, distributors and terminals that shipped or
-- received anything. Terminals beyond the limit, the least buying, are one party a seller, with their number.
-- grain: one row a party
-- parameters:
--   terminal_limit  bigint  30000  most terminals named one by one
-- columns:
--   node_id         varchar        manufacturer:M1, distributor:D1, terminal:T1, or others: with the seller they mainly buy from
--   kind            varchar        manufacturer, distributor, terminal or others
--   node_name       varchar        its name; empty for others
--   tier            integer        tier of a distributor, where said
--   type            varchar        kind of a terminal
--   region_id       varchar        region: a terminal's, a distributor's home or else where most of its sales go
--   region_name     varchar        its name
--   main_source_id  varchar        who supplies most of what it receives; empty for makers
--   supplier_count    bigint         how many supply it, net above zero
--   terminal_count    bigint         terminals it supplies, net above zero
--   sales_amount    decimal(38,2)  pure sales: bought by a terminal, sold by a distributor, of a maker's products
--   member_count    bigint         parties it stands for, 1 except for others
with links as materialized (
    select *
    from drawn_links(
        $period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors, $terminal_limit
    )
),
received as (
    select
        shown_id as node_id,
        max_by(source_id, (link_amount, source_id)) as main_source_id,
        count(distinct case when link_amount > 0 then source_id end) as supplier_count,
        sum(case when stage = 'pure_sales' then link_amount else 0 end) as sales_amount,
        count(distinct target_id) as member_count
    from links
    group by shown_id
),
placed as (
    select
        links.shown_id,
        links.source_id,
        links.stage,
        coalesce(territory_places.region_id, territories.territory_id) as region_id,
        sum(links.link_amount) as link_amount,
        count(distinct case when links.link_amount > 0 then links.target_id end) as terminal_count
    from links
    left join territories on territories.territory_id = links.territory_id
    left join territory_places on territory_places.territory_id = links.territory_id
    group by links.shown_id, links.source_id, links.stage, coalesce(territory_places.region_id, territories.territory_id)
),
bought_where as (
    select
        shown_id as node_id,
        max_by(region_id, (link_amount, region_id)) as region_id
    from placed
    where stage = 'pure_sales'
    group by shown_id
),
sold_where as (
    select
        source_id as node_id,
        max_by(region_id, (region_amount, region_id)) as region_id
    from (
        select
            source_id,
            region_id,
            sum(link_amount) as region_amount
        from placed
        where stage = 'pure_sales'
        group by source_id, region_id
    ) as regional
    group by source_id
),
sent as (
    select
        source_id as node_id,
        sum(case when stage = 'pure_sales' then link_amount else 0 end) as sales_amount,
        sum(case when stage = 'pure_sales' then terminal_count else 0 end) as terminal_count
    from placed
    group by source_id
),
brands as (
    select
        'manufacturer:' || manufacturer_id as node_id,
        sum(flow_amount) as sales_amount
    from selected_edges($territories, $manufacturers, $product_lines, $distributors)
    where stage = 'pure_sales'
        and flow_month >= $period_start::date
        and flow_month < $period_end::date
    group by manufacturer_id
),
parties as (
    select
        coalesce(received.node_id, sent.node_id) as node_id,
        split_part(coalesce(received.node_id, sent.node_id), ':', 1) as kind,
        received.main_source_id,
        coalesce(received.supplier_count, 0) as supplier_count,
        coalesce(sent.terminal_count, 0) as terminal_count,
        case
            when sent.node_id is not null then sent.sales_amount
            when received.node_id like 'distributor:%' then 0
            else received.sales_amount
        end as sales_amount,
        case when received.node_id like 'others:%' then received.member_count else 1 end as member_count
    from received
    full join sent on sent.node_id = received.node_id
),
homes as (
    select
        'distributor:' || distributors.distributor_id as node_id,
        distributors.name,
        distributors.tier,
        coalesce(territory_places.region_id, distributors.territory_id) as region_id
    from distributors
    left join territory_places on territory_places.territory_id = distributors.territory_id
)
select
    parties.node_id,
    parties.kind,
    case
        when parties.kind = 'others' then null
        else coalesce(homes.name, manufacturers.name, terminals.name, substr(parties.node_id, instr(parties.node_id, ':') + 1))
    end as node_name,
    homes.tier,
    terminals.type,
    regions.territory_id as region_id,
    regions.name as region_name,
    parties.main_source_id,
    parties.supplier_count,
    cast(parties.terminal_count as bigint) as terminal_count,
    cast(case when parties.kind = 'manufacturer' then coalesce(brands.sales_amount, 0) else parties.sales_amount end as decimal(38, 2)) as sales_amount,
    parties.member_count
from parties
left join homes on homes.node_id = parties.node_id
left join manufacturers on 'manufacturer:' || manufacturers.manufacturer_id = parties.node_id
left join terminals on 'terminal:' || terminals.terminal_id = parties.node_id
left join brands on brands.node_id = parties.node_id
left join bought_where on bought_where.node_id = parties.node_id
left join sold_where on sold_where.node_id = parties.node_id
left join territories as regions
    on regions.territory_id = case
        when parties.kind in ('terminal', 'others') then bought_where.region_id
        when parties.kind = 'distributor' then coalesce(homes.region_id, sold_where.region_id)
    end
order by parties.kind, sales_amount desc, parties.node_id
