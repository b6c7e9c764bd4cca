-- Whose links came, went, grew and shrank since the period compared with, at one stage: by seller for pure sales and
-- transfers, by the distributor that received for sell-in. Largest loss first.
-- grain: one row a party
-- parameters:
--   stage        varchar  pure_sales  sell_in, transfer or pure_sales
--   level_share  double   0.01        change up to this share of what a link was is no change
-- columns:
--   party_id           varchar        the distributor, or the manufacturer that sells directly
--   is_maker           boolean        whether it is a manufacturer
--   party_name         varchar        its name
--   base_amount        decimal(38,2)  value of its links in the period compared with, like for like
--   current_amount     decimal(38,2)  value in the period
--   change_amount      decimal(38,2)  difference
--   won_amount         decimal(38,2)  change by links won
--   grown_amount       decimal(38,2)  change by links grown
--   level_amount       decimal(38,2)  change by links about level
--   shrunk_amount      decimal(38,2)  change by links shrunk
--   lost_amount        decimal(38,2)  change by links lost
--   unreported_amount  decimal(38,2)  change by links missing with the seller's file
--   returned_amount    decimal(38,2)  change by links of returns only
--   won_count          bigint         links won
--   lost_count         bigint         links lost
--   unreported_count   bigint         links missing with the seller's file
--   last_seen          date           last month with a line from it, where its file is missing
with links as (
    select
        *,
        case when stage = 'sell_in' then buyer_id else seller_id end as party_id,
        is_maker and stage <> 'sell_in' as is_maker_party
    from changed_links(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors, $level_share
    )
    where stage = $stage::varchar
),
parties as (
    select
        party_id,
        is_maker_party,
        sum(base_amount) as base_amount,
        sum(current_amount) as current_amount,
        sum(change_amount) as change_amount,
        sum(case when change_class = 'won' then change_amount else 0 end) as won_amount,
        sum(case when change_class = 'grown' then change_amount else 0 end) as grown_amount,
        sum(case when change_class = 'level' then change_amount else 0 end) as level_amount,
        sum(case when change_class = 'shrunk' then change_amount else 0 end) as shrunk_amount,
        sum(case when change_class = 'lost' then change_amount else 0 end) as lost_amount,
        sum(case when change_class = 'unreported' then change_amount else 0 end) as unreported_amount,
        sum(case when change_class = 'returned' then change_amount else 0 end) as returned_amount,
        count(*) filter (where change_class = 'won') as won_count,
        count(*) filter (where change_class = 'lost') as lost_count,
        count(*) filter (where change_class = 'unreported') as unreported_count,
        max(case when stage <> 'sell_in' and change_class = 'unreported' then last_seen end) as last_seen
    from links
    group by party_id, is_maker_party
)
select
    parties.party_id,
    parties.is_maker_party as is_maker,
    coalesce(case when parties.is_maker_party then manufacturers.name else distributors.name end, parties.party_id) as party_name,
    cast(parties.base_amount as decimal(38, 2)) as base_amount,
    cast(parties.current_amount as decimal(38, 2)) as current_amount,
    cast(parties.change_amount as decimal(38, 2)) as change_amount,
    cast(parties.won_amount as decimal(38, 2)) as won_amount,
    cast(parties.grown_amount as decimal(38, 2)) as grown_amount,
    cast(parties.level_amount as decimal(38, 2)) as level_amount,
    cast(parties.shrunk_amount as decimal(38, 2)) as shrunk_amount,
    cast(parties.lost_amount as decimal(38, 2)) as lost_amount,
    cast(parties.unreported_amount as decimal(38, 2)) as unreported_amount,
    cast(parties.returned_amount as decimal(38, 2)) as returned_amount,
    parties.won_count,
    parties.lost_count,
    parties.unreported_count,
    parties.last_seen
from parties
left join distributors on distributors.distributor_id = parties.party_id
left join manufacturers on manufacturers.manufacturer_id = parties.party_id
order by parties.change_amount, parties.party_id
