-- Distributors whose file for the last whole month up to the end of a period is missing: they shipped something in each of
-- the three months before and then nothing at all, for up to three months; after that they are taken to have stopped.
-- Judged by every line they shipped, not only by those under the filters.
create macro unreported_sellers(period_end) as table
    with last_months as (
        select
            least(
                cast(period_end::date - interval 1 month as date),
                case when is_month_complete then data_month else cast(data_month - interval 1 month as date) end
            ) as last_month
        from workspace
    ),
    reported as (
        select distinct
            edge_months.seller_id,
            edge_months.flow_month
        from edge_months
        cross join last_months
        where edge_months.stage in ('transfer', 'pure_sales')
            and edge_months.flow_month <= last_months.last_month
            and edge_months.flow_month > last_months.last_month - interval 7 month
            and edge_months.seller_id in (select distributor_id from distributors)
    ),
    seen as (
        select
            seller_id,
            max(flow_month) as last_seen
        from reported
        group by seller_id
    )
    select
        seen.seller_id,
        seen.last_seen
    from seen
    cross join last_months
    join reported
        on reported.seller_id = seen.seller_id
        and reported.flow_month > seen.last_seen - interval 3 month
    where seen.last_seen < last_months.last_month
        and seen.last_seen >= last_months.last_month - interval 3 month
    group by seen.seller_id, seen.last_seen
    having count(*) = 3;
-- Every link of the network in the window looked at and in the one compared with, and what became of it. The base's
-- partial month is cut at the day the data end on. A link is there in a window where it is net above zero:
--   won         there now, not then
--   lost        there then, not now
--   grown       there in both, larger by more than the level share of what it was
--   shrunk      there in both, smaller by more than that
--   level       there in both, the difference within that
--   unreported  would be lost or shrunk, but the seller's file is missing
--   returned    there in neither: what came back was all there was
-- Their changes add up to the change of the whole, to the cent.
create macro changed_links(
    period_start, period_end, base_start, base_end, base_cut_month, territories, manufacturers, product_lines, distributors, level_share
) as table
    with pairs as (
        select
            stage,
            seller_id,
            buyer_id,
            stage = 'sell_in' or (stage = 'pure_sales' and max(distributor_id) is null) as is_maker,
            sum(
                case when flow_month >= period_start::date and flow_month < period_end::date then flow_amount else 0 end
            ) as current_amount,
            sum(
                case
                    when flow_month < base_start::date or flow_month >= base_end::date then 0
                    when flow_month = base_cut_month::date then to_day_amount
                    else flow_amount
                end
            ) as base_amount
        from selected_edges(territories, manufacturers, product_lines, distributors)
        where stage in ('sell_in', 'transfer', 'pure_sales')
            and (
                (flow_month >= period_start::date and flow_month < period_end::date)
                or (flow_month >= base_start::date and flow_month < base_end::date)
            )
        group by stage, seller_id, buyer_id
    )
    select
        pairs.stage,
        pairs.seller_id,
        pairs.buyer_id,
        pairs.is_maker,
        cast(pairs.current_amount as decimal(38, 2)) as current_amount,
        cast(pairs.base_amount as decimal(38, 2)) as base_amount,
        cast(pairs.current_amount - pairs.base_amount as decimal(38, 2)) as change_amount,
        case
            when pairs.current_amount <= 0 and pairs.base_amount <= 0 then 'returned'
            when pairs.base_amount <= 0 then 'won'
            when pairs.current_amount > 0
                and abs(pairs.current_amount - pairs.base_amount) <= level_share::double * pairs.base_amount then 'level'
            when pairs.current_amount > pairs.base_amount then 'grown'
            when unreported.seller_id is not null and not pairs.is_maker then 'unreported'
            when pairs.current_amount > 0 then 'shrunk'
            else 'lost'
        end as change_class,
        unreported.last_seen
    from pairs
    left join unreported_sellers(period_end) as unreported on unreported.seller_id = pairs.seller_id
    where pairs.current_amount <> 0 or pairs.base_amount <> 0;
