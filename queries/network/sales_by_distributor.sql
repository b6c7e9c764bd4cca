-- Who carries the pure sales: each distributor's share, how many terminals it reaches and how much depends on it.
-- Shares are of what the distributors with net sales above zero sold, so they lie between 0 and 1 and add up to 1.
-- A distributor filter marks rows and leaves none out: a share of oneself would say nothing.
-- grain: one row a distributor with pure sales in the period or in the one compared with
-- parameters:
--   threshold  double  0.8  share of what a terminal buys from which on it depends on the seller
-- columns:
--   distributor_id       varchar        the distributor
--   distributor_name     varchar        its name
--   tier                 integer        1 or 2; empty where not said
--   home_territory_name  varchar        its home territory
--   sales_amount         decimal(38,2)  pure sales of the period
--   sales_share          double         share among distributors
--   sales_rank           bigint         place by pure sales, 1 first
--   cumulative_share     double         share of this distributor and all before it
--   base_amount          decimal(38,2)  pure sales of the period compared with
--   base_share           double         share among distributors then
--   terminal_count       bigint         terminals that bought from it, net above zero
--   dependent_count      bigint         terminals that depend on it alone
--   risk_amount          decimal(38,2)  pure sales of those terminals
--   is_chosen            boolean        whether the distributor filter names it
with sold as (
    select
        distributor_id,
        sum(current_amount) as sales_amount,
        sum(base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines, []::varchar[]
    )
    where distributor_id is not null
    group by distributor_id
),
shares as (
    select
        distributor_id,
        sales_amount,
        base_amount,
        greatest(sales_amount, 0) / nullif(sum(greatest(sales_amount, 0)) over (), 0) as sales_share,
        greatest(base_amount, 0) / nullif(sum(greatest(base_amount, 0)) over (), 0) as base_share,
        sum(greatest(sales_amount, 0)) over by_size / nullif(sum(greatest(sales_amount, 0)) over (), 0) as cumulative_share,
        row_number() over by_size as sales_rank
    from sold
    where sales_amount <> 0 or base_amount <> 0
    window by_size as (order by sales_amount desc, base_amount desc, distributor_id rows unbounded preceding)
),
reach as (
    select
        distributor_id,
        count(*) as terminal_count
    from purchases_in($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
    where bought_amount > 0
    group by distributor_id
),
dependence as (
    select
        source_distributor_id as distributor_id,
        count(*) as dependent_count,
        sum(terminal_amount) as risk_amount
    from terminal_sources($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
    where source_share >= $threshold::double
    group by source_distributor_id
)
select
    shares.distributor_id,
    coalesce(distributors.name, shares.distributor_id) as distributor_name,
    distributors.tier,
    territories.name as home_territory_name,
    shares.sales_amount,
    shares.sales_share,
    shares.sales_rank,
    shares.cumulative_share,
    shares.base_amount,
    shares.base_share,
    coalesce(reach.terminal_count, 0) as terminal_count,
    coalesce(dependence.dependent_count, 0) as dependent_count,
    cast(coalesce(dependence.risk_amount, 0) as decimal(38, 2)) as risk_amount,
    coalesce(list_contains($distributors::varchar[], shares.distributor_id), false) as is_chosen
from shares
left join distributors on distributors.distributor_id = shares.distributor_id
left join territories on territories.territory_id = distributors.territory_id
left join reach on reach.distributor_id = shares.distributor_id
left join dependence on dependence.distributor_id = shares.distributor_id
order by shares.sales_rank
