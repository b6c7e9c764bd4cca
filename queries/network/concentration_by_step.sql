-- How unevenly each step of the channel lies on its parties, now and in the period compared with: sell-in on the distributors
-- that receive it, transfers on the distributors that receive them, pure sales on all distributors that sell, on those of
-- each tier, on terminals, and on product lines. Shares are of parties with a net amount above zero, so they add up to 1; a
-- party that took back more than it gave has no share. Where no tier is said, one that buys from distributors alone is of
-- the second. A distributor filter leaves nobody out: a share of oneself would say nothing.
-- grain: one row a step and period; a step that does not exist has a count of zero
-- columns:
--   step             varchar        sell_in, transfer, distributors, tier_1, tier_2, terminals or product_lines
--   period           varchar        current or base
--   party_count      bigint         parties with a net amount above zero
--   step_amount      decimal(38,2)  what they have together
--   negative_count   bigint         parties with a net amount below zero, left out
--   negative_amount  decimal(38,2)  theirs, below zero
--   hhi              double         sum of squared shares, times 10,000
--   effective_count  double         as many parties of equal size would be as concentrated
--   top_1_share      double         share of the largest
--   top_3_share      double         share of the three largest
--   top_5_share      double         share of the five largest
with steps as (
    select
        unnest(['sell_in', 'transfer', 'distributors', 'tier_1', 'tier_2', 'terminals', 'product_lines']) as step,
        unnest([1, 2, 3, 4, 5, 6, 7]) as place
),
periods as (
    select
        unnest(['current', 'base']) as period,
        unnest([1, 2]) as turn
),
shipped as (
    select
        edges.stage,
        edges.buyer_id,
        edges.seller_id,
        edges.distributor_id,
        sum(case when edges.flow_month >= $period_start::date and edges.flow_month < $period_end::date then edges.flow_amount else 0 end) as current_amount,
        sum(
            case
                when edges.flow_month < $base_start::date or edges.flow_month >= $base_end::date then 0
                when edges.flow_month = $base_cut_month::date then edges.to_day_amount
                else edges.flow_amount
            end
        ) as base_amount
    from selected_edges($territories, $manufacturers, $product_lines, []::varchar[]) as edges
    where (edges.flow_month >= $period_start::date and edges.flow_month < $period_end::date)
        or (edges.flow_month >= $base_start::date and edges.flow_month < $base_end::date)
    group by edges.stage, edges.buyer_id, edges.seller_id, edges.distributor_id
),
-- where no sell-in of a maker is recorded, who sold more of its goods than others sent it bought from the maker
direct as (
    select distinct distributor_id
    from implied_links('1900-01-01', '2200-01-01', [], [], [], [])
),
tiers as (
    select
        distributors.distributor_id,
        coalesce(
            distributors.tier,
            case
                when bool_or(supply.stage = 'transfer') and not bool_or(supply.stage = 'sell_in') and not bool_or(direct.distributor_id is not null)
                    then 2
                else 1
            end
        ) as tier
    from distributors
    left join edge_months as supply on supply.buyer_id = distributors.distributor_id and supply.stage in ('sell_in', 'transfer')
    left join direct on direct.distributor_id = distributors.distributor_id
    group by distributors.distributor_id, distributors.tier
),
lines as (
    select
        coalesce(product_line, '') as product_line,
        sum(current_amount) as current_amount,
        sum(base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines, []::varchar[]
    )
    group by coalesce(product_line, '')
),
amounts as (
    select
        stage as step,
        buyer_id as party_id,
        current_amount,
        base_amount
    from shipped
    where stage in ('sell_in', 'transfer')
    union all
    select
        'distributors' as step,
        distributor_id as party_id,
        current_amount,
        base_amount
    from shipped
    where stage = 'pure_sales' and distributor_id is not null
    union all
    select
        case when tiers.tier = 2 then 'tier_2' else 'tier_1' end as step,
        shipped.distributor_id as party_id,
        shipped.current_amount,
        shipped.base_amount
    from shipped
    join tiers on tiers.distributor_id = shipped.distributor_id
    where shipped.stage = 'pure_sales'
    union all
    select
        'terminals' as step,
        buyer_id as party_id,
        current_amount,
        base_amount
    from shipped
    where stage = 'pure_sales'
    union all
    select
        'product_lines' as step,
        product_line as party_id,
        current_amount,
        base_amount
    from lines
),
parties as (
    select
        amounts.step,
        periods.period,
        amounts.party_id,
        sum(case when periods.period = 'current' then amounts.current_amount else amounts.base_amount end) as party_amount
    from amounts
    cross join periods
    group by amounts.step, periods.period, amounts.party_id
),
ranked as (
    select
        step,
        period,
        party_amount,
        greatest(party_amount, 0)::double / nullif(sum(greatest(party_amount, 0)) over (partition by step, period), 0)::double as share,
        row_number() over (partition by step, period order by party_amount desc, party_id) as rank
    from parties
),
measured as (
    select
        step,
        period,
        count(*) filter (where party_amount > 0) as party_count,
        sum(greatest(party_amount, 0)) as step_amount,
        count(*) filter (where party_amount < 0) as negative_count,
        sum(least(party_amount, 0)) as negative_amount,
        sum(share * share) as square_sum,
        sum(case when rank <= 1 then share end) as top_1_share,
        sum(case when rank <= 3 then share end) as top_3_share,
        sum(case when rank <= 5 then share end) as top_5_share
    from ranked
    group by step, period
)
select
    steps.step,
    periods.period,
    coalesce(measured.party_count, 0) as party_count,
    cast(coalesce(measured.step_amount, 0) as decimal(38, 2)) as step_amount,
    coalesce(measured.negative_count, 0) as negative_count,
    cast(coalesce(measured.negative_amount, 0) as decimal(38, 2)) as negative_amount,
    measured.square_sum * 10000 as hhi,
    1 / nullif(measured.square_sum, 0) as effective_count,
    measured.top_1_share,
    measured.top_3_share,
    measured.top_5_share
from steps
cross join periods
left join measured on measured.step = steps.step and measured.period = periods.period
order by steps.place, periods.turn
