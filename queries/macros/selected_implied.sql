-- Goods whose sell-in nobody recorded. Where no sell-in of a manufacturer is in the data at all, a distributor is taken to
-- have bought from it what it sold on of its goods, less what other distributors sent it: implied, never sell-in.
-- Under filters of territory and distributor, the part of what it sold on that is looked at: sold on 100, of it 40 looked
-- at, 25 received from other distributors: 40 × (100 − 25) / 100 = 30.
create macro makers_with_sell_in() as table
    select manufacturer_id from edge_months where stage = 'sell_in' and manufacturer_id is not null
    union
    select seller_id as manufacturer_id from edge_months where stage = 'sell_in';
create macro implied_links(period_start, period_end, territories, manufacturers, product_lines, distributors) as table
    with moved as (
        select
            stage,
            seller_id,
            buyer_id,
            manufacturer_id,
            product_line,
            flow_amount,
            in_territories(territories, territory_id)
                and (
                    len(distributors::varchar[]) = 0
                    or coalesce(list_contains(distributors::varchar[], seller_id), false)
                    or coalesce(list_contains(distributors::varchar[], buyer_id), false)
                ) as is_chosen
        from selected_edges([]::varchar[], manufacturers, product_lines, []::varchar[]) as edges
        where stage in ('transfer', 'pure_sales')
            -- not what a manufacturer sells to terminals itself
            and distributor_id is not null
            and seller_id <> buyer_id
            and manufacturer_id is not null
            and flow_month >= period_start::date
            and flow_month < period_end::date
            and not exists (select 1 from makers_with_sell_in() as known where known.manufacturer_id = edges.manufacturer_id)
    ),
    sent as (
        select
            seller_id,
            manufacturer_id,
            product_line,
            sum(flow_amount) as sent_amount,
            sum(case when is_chosen then flow_amount else 0 end) as chosen_amount
        from moved
        group by seller_id, manufacturer_id, product_line
    ),
    received as (
        select
            buyer_id,
            manufacturer_id,
            product_line,
            sum(flow_amount) as received_amount
        from moved
        where stage = 'transfer'
        group by buyer_id, manufacturer_id, product_line
    ),
    measured as (
        select
            sent.seller_id as distributor_id,
            sent.manufacturer_id,
            sent.product_line,
            sent.sent_amount,
            sent.chosen_amount,
            sent.sent_amount - greatest(coalesce(received.received_amount, 0), 0) as own_amount
        from sent
        left join received on received.buyer_id = sent.seller_id
            and received.manufacturer_id = sent.manufacturer_id
            and received.product_line is not distinct from sent.product_line
        where sent.sent_amount > 0
    )
    select
        manufacturer_id,
        distributor_id,
        product_line,
        case
            when chosen_amount = sent_amount then cast(own_amount as decimal(38, 2))
            else cast(cast(chosen_amount as double) * cast(own_amount as double) / cast(sent_amount as double) as decimal(38, 2))
        end as implied_amount
    from measured
    where own_amount > 0 and chosen_amount > 0;
