-- Pure sales by the rep credited with them as of the day of each line, and reps' targets, by month. What nobody owns has
-- the empty id, so that reps and nobody together are the whole.
-- grain: one row a month, measure and rep
-- parameters:
--   manager       varchar  ''  only the people of this manager; empty for everybody
--   months_start  date  year_start  first month
--   months_end    date  year_end    first month no longer given
-- columns:
--   sales_month            date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   unit_id                varchar        the rep; empty for what nobody owns
--   unit_name              varchar        its name; empty where there is none
--   group_name             varchar        the manager
--   sales_amount           decimal(38,2)  sales of the month
--   to_day_amount          decimal(38,2)  those of the days up to the day of the month the data end on
--   target_amount          decimal(38,2)  target of the month; empty without one
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data
--   covered_amount         decimal(38,2)  pure sales that the target is for; empty where it is for all of them
--   covered_to_day_amount  decimal(38,2)  those of the days up to the day of the month the data end on
--   version                integer        highest version in force
--   is_allocated           boolean        whether the target was handed down from above
--   basis                  varchar        by what: last_year or equal; empty where it was given
--   active_count           bigint         terminals with net pure sales above zero in the period, all months together
with sold as (
    select
        credit_months.sales_month,
        credit_months.rep_id as unit_id,
        credit_months.rep_id,
        credit_months.terminal_id,
        coalesce(credit_months.product_line, '') as product_line,
        sum(credit_months.sales_amount) as sales_amount,
        sum(credit_months.to_day_amount) as to_day_amount
    from credit_months
    where in_territories($territories, credit_months.territory_id)
        and in_list($manufacturers, credit_months.manufacturer_id)
        and in_list($product_lines, credit_months.product_line)
        and in_list($distributors, credit_months.distributor_id)
        and ($manager = '' or credit_months.rep_id in (select reports.rep_id from rep_closure as reports where reports.ancestor_id = $manager))
    group by
        credit_months.sales_month, credit_months.rep_id, credit_months.rep_id, credit_months.terminal_id,
        coalesce(credit_months.product_line, '')
),
held as (
    select holder_plan_months.*
    from holder_plan_months
    join planned_lines($manufacturers, $product_lines) as lines on lines.product_line = holder_plan_months.product_line
    where holder_plan_months.holder_kind = 'rep'
        and holder_plan_months.measure = 'pure_sales'
        and not holder_plan_months.is_roll_up
        and in_territories($territories, holder_plan_months.territory_id)
        and len($distributors::varchar[]) = 0
        and ($manager = '' or holder_plan_months.holder_id in (select reports.rep_id from rep_closure as reports where reports.ancestor_id = $manager))
),
-- a target that is the sum of some lines' is for those lines alone
covered as (
    select
        held.plan_month,
        held.holder_id,
        held.product_line,
        sum(sold.sales_amount) as sales_amount,
        sum(sold.to_day_amount) as to_day_amount
    from held
    join sold on sold.sales_month = held.plan_month and sold.rep_id = held.holder_id
    left join holder_plan_months as lined
        on lined.holder_kind = 'rep'
        and lined.measure = 'pure_sales'
        and lined.plan_month = held.plan_month
        and lined.holder_id = held.holder_id
        and lined.product_line = sold.product_line
        and lined.product_line <> ''
    where case when held.is_summed then lined.holder_id is not null else held.product_line in ('', sold.product_line) end
    group by held.plan_month, held.holder_id, held.product_line
),
planned as (
    select
        held.plan_month,
        held.measure,
        held.holder_id as unit_id,
        held.target_amount,
        held.target_to_date_amount,
        coalesce(covered.sales_amount, 0) as covered_amount,
        coalesce(covered.to_day_amount, 0) as covered_to_day_amount,
        held.version,
        false as is_allocated,
        '' as basis
    from held
    left join covered on covered.plan_month = held.plan_month
        and covered.holder_id = held.holder_id
        and covered.product_line = held.product_line
),
parts as (
    select sales_month, 'pure_sales' as measure, unit_id, sales_amount, to_day_amount, null as target_amount, null as target_to_date_amount,
        null as covered_amount, null as covered_to_day_amount, null as version, null as is_allocated, null as basis
    from sold
    union all
    select plan_month, measure, unit_id, null, null, target_amount, target_to_date_amount, covered_amount, covered_to_day_amount,
        version, is_allocated, basis
    from planned
)
select
    standing.sales_month,
    standing.measure,
    standing.unit_id,
    coalesce(reps.name, standing.unit_id) as unit_name,
    coalesce(managers.name, '') as group_name,
    standing.sales_amount,
    standing.to_day_amount,
    standing.target_amount,
    standing.target_to_date_amount,
    standing.covered_amount,
    standing.covered_to_day_amount,
    standing.version,
    standing.is_allocated,
    standing.basis,
    standing.active_count
from standing_months('parts', 'sold', $months_start, $months_end, $period_start, $period_end) as standing
left join reps on reps.rep_id = standing.unit_id
left join reps as managers on managers.rep_id = reps.manager_id
order by standing.measure, standing.unit_id, standing.sales_month
