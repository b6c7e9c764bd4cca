-- The versions of the targets of the period: which is in force, and whose months were revised.
-- grain: one row a kind of holder and measure
-- columns:
--   holder_kind           varchar  who holds the targets
--   measure               varchar  pure_sales or sell_in
--   first_version         integer  lowest version in force in a month of the period
--   last_version          integer  highest version in force in a month of the period
--   month_count           bigint   months of the period with a target
--   revised_month_count   bigint   of those the months in which a target has more than one version
--   revised_holder_count  bigint   holders with such a month
with held as (
    select
        coalesce(measure, 'pure_sales') as measure,
        holder_kind,
        holder_id,
        cast(date_trunc('month', month) as date) as plan_month,
        coalesce(product_line, '') as product_line,
        max(coalesce(version, 1)) as version,
        count(distinct coalesce(version, 1)) > 1 as is_revised
    from targets
    where month >= $period_start::date and month < $period_end::date
    group by
        coalesce(measure, 'pure_sales'), holder_kind, holder_id, cast(date_trunc('month', month) as date), coalesce(product_line, '')
)
select
    holder_kind,
    measure,
    min(version) as first_version,
    max(version) as last_version,
    count(distinct plan_month) as month_count,
    count(distinct plan_month) filter (where is_revised) as revised_month_count,
    count(distinct holder_id) filter (where is_revised) as revised_holder_count
from held
group by holder_kind, measure
order by holder_kind, measure
