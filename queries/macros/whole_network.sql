-- Everybody who ships and receives in a window, link by link. Beyond the limit the terminals that buy least are not
-- drawn one by one: they become one 'others:' party of the seller that supplies most of what they buy, so that every
-- link, every amount and every party is still in the answer once. Where no sell-in of a maker is recorded anywhere, its links
-- are implied (selected_implied.sql).
create macro channel_links(window_start, window_end, territories, manufacturers, product_lines, distributors) as table
    select
        stage,
        case
            when stage = 'sell_in' or (stage = 'pure_sales' and distributor_id is null) then 'manufacturer:'
            else 'distributor:'
        end || seller_id as source_id,
        case when stage = 'pure_sales' then 'terminal:' else 'distributor:' end || buyer_id as target_id,
        sum(flow_amount) as link_amount,
        -- where a terminal changed its territory in the window, the last one
        max_by(territory_id, flow_month) as territory_id
    from selected_edges(territories, manufacturers, product_lines, distributors)
    where stage in ('sell_in', 'transfer', 'pure_sales')
        and flow_month >= window_start::date
        and flow_month < window_end::date
    group by stage, seller_id, distributor_id is null, buyer_id
    union all
    select
        'implied' as stage,
        'manufacturer:' || manufacturer_id as source_id,
        'distributor:' || distributor_id as target_id,
        sum(implied_amount) as link_amount,
        cast(null as varchar) as territory_id
    from implied_links(window_start, window_end, territories, manufacturers, product_lines, distributors)
    group by manufacturer_id, distributor_id;
create macro drawn_links(
    window_start, window_end, territories, manufacturers, product_lines, distributors, terminal_limit
) as table
    with links as (
        select *
        from channel_links(window_start, window_end, territories, manufacturers, product_lines, distributors)
    ),
    buyers as (
        select
            target_id,
            max_by(source_id, (link_amount, source_id)) as main_source_id,
            row_number() over (order by sum(link_amount) desc, target_id) as place
        from links
        where stage = 'pure_sales'
        group by target_id
    )
    select
        links.stage,
        links.source_id,
        links.target_id,
        case
            when buyers.place > terminal_limit::bigint then 'others:' || buyers.main_source_id
            else links.target_id
        end as shown_id,
        buyers.main_source_id,
        links.link_amount,
        links.territory_id
    from links
    left join buyers on buyers.target_id = links.target_id;
