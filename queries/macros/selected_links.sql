-- Who shipped to whom in a window under the filters: one row a stage, sender and receiver, each party as kind and id
-- ('distributor:D1'), for the same id may be a terminal's and a distributor's.
create macro selected_links(period_start, period_end, territories, manufacturers, product_lines, distributors) as table
    with summed as (
        select
            stage,
            stage = 'sell_in' or (stage = 'pure_sales' and distributor_id is null) as is_maker,
            seller_id,
            buyer_id,
            sum(flow_amount) as link_amount,
            sum(return_amount) as return_amount,
            sum(line_count) as line_count
        from selected_edges(territories, manufacturers, product_lines, distributors)
        where stage in ('sell_in', 'transfer', 'pure_sales')
            and flow_month >= period_start::date
            and flow_month < period_end::date
        group by stage, stage = 'sell_in' or (stage = 'pure_sales' and distributor_id is null), seller_id, buyer_id
    )
    select
        stage,
        case when is_maker then 'manufacturer:' else 'distributor:' end || seller_id as sender_node,
        case when stage = 'pure_sales' then 'terminal:' else 'distributor:' end || buyer_id as receiver_node,
        seller_id,
        buyer_id,
        link_amount,
        return_amount,
        cast(line_count as bigint) as line_count
    from summed;
-- The same with the links from makers whose sell-in nobody recorded (stage 'implied', selected_implied.sql): for drawings and
-- for telling who buys from whom, never for sell-in.
create macro shown_links(period_start, period_end, territories, manufacturers, product_lines, distributors) as table
    select *
    from selected_links(period_start, period_end, territories, manufacturers, product_lines, distributors)
    union all
    select
        'implied' as stage,
        'manufacturer:' || manufacturer_id as sender_node,
        'distributor:' || distributor_id as receiver_node,
        manufacturer_id as seller_id,
        distributor_id as buyer_id,
        sum(implied_amount) as link_amount,
        cast(0 as decimal(38, 2)) as return_amount,
        cast(0 as bigint) as line_count
    from implied_links(period_start, period_end, territories, manufacturers, product_lines, distributors)
    group by manufacturer_id, distributor_id;
-- What each party receives, from every sender: of that the share of a link is taken. Net returns to one sender count as
-- nothing, so that shares lie between 0 and 1. The distributor filter is left out, else every sender would seem the only one.
create macro received_links(period_start, period_end, territories, manufacturers, product_lines) as table
    select
        receiver_node,
        sum(greatest(link_amount, 0)) as received_amount,
        sum(link_amount) as net_amount,
        max(link_amount) as largest_amount,
        cast(sum(case when link_amount > 0 then 1 else 0 end) as bigint) as source_count
    from selected_links(period_start, period_end, territories, manufacturers, product_lines, []::varchar[])
    group by receiver_node;
-- The column of every party that ships or receives: maker, tier_1, tier_2 or terminal. A distributor whose tier is not said
-- is of the second where it buys from distributors only.
create macro placed_parties(period_start, period_end, territories, manufacturers, product_lines, distributors) as table
    with moved as (
        select
            stage,
            sender_node,
            receiver_node,
            seller_id,
            buyer_id
        from shown_links(period_start, period_end, territories, manufacturers, product_lines, distributors)
    ),
    parties as (
        select
            sender_node as node_id,
            seller_id as code,
            false as is_receiver,
            false as is_direct
        from moved
        union all
        select
            receiver_node,
            buyer_id,
            true,
            stage in ('sell_in', 'implied')
        from moved
    ),
    seen as (
        select
            node_id,
            code,
            bool_or(is_receiver) and not bool_or(is_direct) as buys_from_distributors_only
        from parties
        group by node_id, code
    )
    select
        seen.node_id,
        seen.code,
        case
            when starts_with(seen.node_id, 'manufacturer:') then 'maker'
            when starts_with(seen.node_id, 'terminal:') then 'terminal'
            when distributors.tier = 2 or (distributors.tier is null and seen.buys_from_distributors_only) then 'tier_2'
            else 'tier_1'
        end as place
    from seen
    left join distributors on distributors.distributor_id = seen.code and starts_with(seen.node_id, 'distributor:');
