-- Where the terminals stand over the period as a whole: pure sales, the comparison, and their own targets. The largest by
-- sales of either period are rows of their own, the others one together under the empty id.
-- grain: one row a terminal
-- parameters:
--   landing_end  date    year_end  first day after the period that is to land
--   row_limit    bigint  500       terminals at most
-- columns:
--   unit_id           varchar        the terminal; empty for the others together
--   unit_name         varchar        its name; empty where the id is
--   group_name        varchar        its territory
--   actual_amount     decimal(38,2)  pure sales of the period
--   base_amount       decimal(38,2)  pure sales of the comparison period, same days
--   last_year_amount  decimal(38,2)  pure sales of the same months a year before up to $landing_end, whole months
--   covered_amount    decimal(38,2)  pure sales that the target is for; empty without one
--   plan_amount       decimal(38,2)  target due by the last day of data; empty without one
--   target_amount     decimal(38,2)  target up to $landing_end; empty without one
--   active_count      bigint         terminals with pure sales above zero in the period
--   unit_count        bigint         terminals in the row
with sold as (
    select
        terminal_id,
        sum(case when sales_month >= $period_start::date and sales_month < $period_end::date then sales_amount else 0 end) as actual_amount,
        sum(
            case
                when sales_month < $base_start::date or sales_month >= $base_end::date then 0
                when sales_month = $base_cut_month::date then to_day_amount
                else sales_amount
            end
        ) as base_amount,
        sum(
            case
                when sales_month >= $period_start::date - interval 12 month and sales_month < $landing_end::date - interval 12 month
                    then sales_amount
                else 0
            end
        ) as last_year_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= least($base_start::date, $period_start::date - interval 12 month)
        and sales_month < greatest($period_end::date, $base_end::date)
    group by terminal_id
),
planned as (
    select
        held.holder_id as terminal_id,
        sum(case when held.plan_month < $period_end::date then held.target_to_date_amount end) as plan_amount,
        sum(held.target_amount) as target_amount,
        sum(case when held.plan_month < $period_end::date then held.covered_amount end) as covered_amount
    from holder_plan_months as held
    join planned_lines($manufacturers, $product_lines) as lines on lines.product_line = held.product_line
    where held.holder_kind = 'terminal'
        and not held.is_roll_up
        and held.measure = 'pure_sales'
        and len($distributors::varchar[]) = 0
        and in_territories($territories, held.territory_id)
        and held.plan_month >= $period_start::date
        and held.plan_month < $landing_end::date
    group by held.holder_id
),
ranked as (
    select
        coalesce(sold.terminal_id, planned.terminal_id) as terminal_id,
        coalesce(sold.actual_amount, 0) as actual_amount,
        coalesce(sold.base_amount, 0) as base_amount,
        coalesce(sold.last_year_amount, 0) as last_year_amount,
        planned.covered_amount,
        planned.plan_amount,
        planned.target_amount,
        row_number() over (
            order by
                greatest(coalesce(sold.actual_amount, 0), coalesce(sold.base_amount, 0), coalesce(planned.plan_amount, 0)) desc,
                coalesce(sold.terminal_id, planned.terminal_id)
        ) as place
    from sold
    full join planned on planned.terminal_id = sold.terminal_id
    where coalesce(sold.actual_amount, 0) <> 0 or coalesce(sold.base_amount, 0) <> 0 or planned.target_amount is not null
),
folded as (
    select
        case when place <= $row_limit::bigint then terminal_id else '' end as unit_id,
        sum(actual_amount) as actual_amount,
        sum(base_amount) as base_amount,
        sum(last_year_amount) as last_year_amount,
        sum(covered_amount) as covered_amount,
        sum(plan_amount) as plan_amount,
        sum(target_amount) as target_amount,
        count(*) filter (where actual_amount > 0) as active_count,
        count(*) as unit_count
    from ranked
    group by case when place <= $row_limit::bigint then terminal_id else '' end
)
select
    folded.unit_id,
    coalesce(terminals.name, '') as unit_name,
    coalesce(territories.name, '') as group_name,
    folded.actual_amount::decimal(38, 2) as actual_amount,
    folded.base_amount::decimal(38, 2) as base_amount,
    folded.last_year_amount::decimal(38, 2) as last_year_amount,
    folded.covered_amount::decimal(38, 2) as covered_amount,
    folded.plan_amount::decimal(38, 2) as plan_amount,
    folded.target_amount::decimal(38, 2) as target_amount,
    folded.active_count,
    folded.unit_count
from folded
left join terminals on terminals.terminal_id = folded.unit_id
left join territories on territories.territory_id = terminals.territory_id
order by folded.unit_id = '', folded.actual_amount desc, folded.unit_id
