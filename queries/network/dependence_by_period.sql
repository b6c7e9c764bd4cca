-- How much of pure sales rests on terminals with a single source, now and in the period compared with.
-- A terminal depends on a distributor that supplies at least the threshold of what it buys. With a distributor filter
-- only terminals that depend on those distributors count; the sales they are compared with stay those of everybody.
-- A terminal whose returns make its purchases zero or less is in neither part of the share, which so stays within 0 and 1.
-- grain: one row a period, 'current' and 'base'
-- parameters:
--   threshold  double  0.8  share of what a terminal buys from which on it depends on the seller
-- columns:
--   period            varchar        current or base
--   sales_amount      decimal(38,2)  pure sales of everybody under the other filters
--   direct_amount     decimal(38,2)  of which sold by manufacturers directly
--   terminal_count    bigint         terminals with net purchases above zero
--   dependent_count   bigint         terminals that depend on one distributor
--   dependent_amount  decimal(38,2)  their pure sales
--   dependent_share   double         their share of what terminals with net purchases above zero bought
with windows as (
    select
        'current' as period,
        1 as place
    union all
    select
        'base' as period,
        2 as place
),
totals as (
    select
        'current' as period,
        sum(bought_amount) as sales_amount,
        sum(case when distributor_id is null then bought_amount else 0 end) as direct_amount
    from purchases_in($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
    union all
    select
        'base' as period,
        sum(bought_amount) as sales_amount,
        sum(case when distributor_id is null then bought_amount else 0 end) as direct_amount
    from purchases_in($base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines)
),
sources as (
    select
        'current' as period,
        *
    from terminal_sources($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
    union all
    select
        'base' as period,
        *
    from terminal_sources($base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines)
),
judged as (
    select
        period,
        terminal_amount,
        source_share >= $threshold::double and source_distributor_id is not null and in_list($distributors, source_distributor_id) as is_dependent
    from sources
),
dependence as (
    select
        period,
        count(*) as terminal_count,
        count(*) filter (where is_dependent) as dependent_count,
        sum(case when is_dependent then terminal_amount else 0 end) as dependent_amount,
        sum(terminal_amount) as bought_amount
    from judged
    group by period
)
select
    windows.period,
    cast(coalesce(totals.sales_amount, 0) as decimal(38, 2)) as sales_amount,
    cast(coalesce(totals.direct_amount, 0) as decimal(38, 2)) as direct_amount,
    coalesce(dependence.terminal_count, 0) as terminal_count,
    coalesce(dependence.dependent_count, 0) as dependent_count,
    cast(coalesce(dependence.dependent_amount, 0) as decimal(38, 2)) as dependent_amount,
    dependence.dependent_amount / nullif(dependence.bought_amount, 0) as dependent_share
from windows
left join totals on totals.period = windows.period
left join dependence on dependence.period = windows.period
order by windows.place
