-- Where the time went: each grade's share of all calls and of joint visits, beside its share of the terminals, of what they
-- bought in twelve months and of their potential. Terminals without a grade are a row of their own.
-- grain: one row a grade
-- columns:
--   grade               varchar        grade on the last day of the period; empty for those without one
--   terminal_count      bigint         terminals open in the period
--   visit_count         bigint         calls of all kinds
--   joint_count         bigint         joint visits
--   sales_amount        decimal(38,2)  what they bought in the twelve months to the period's end, net, from everybody
--   potential_amount    decimal(38,2)  their potential a year as the company supplied it; empty where of none it is known
--   of_terminals_share  double         share of the terminals
--   of_calls_share      double         share of the calls
--   of_joint_share      double         share of the joint visits
--   of_sales_share      double         share of what was bought
--   of_potential_share  double         share of the potential
with here as (
    select *
    from called_terminals($period_start, $period_end, null, $territories, $distributors)
),
calls as (
    select
        terminal_id,
        count(*) as visit_count,
        count(*) filter (where is_joint) as joint_count
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
    group by terminal_id
),
sales as (
    select
        terminal_id,
        sum(sales_amount) as sales_amount
    from terminal_months
    where sales_month >= date_trunc('month', end_of_view($period_end, null) - 1) - interval 11 month
        and sales_month < end_of_view($period_end, null)
    group by terminal_id
),
-- a potential of all lines together, else the sum of the lines'; of the year looked at, else of the nearest
yearly_potentials as (
    select
        terminal_id,
        year,
        coalesce(
            sum(potential_amount) filter (where coalesce(product_line, '') = ''),
            sum(potential_amount) filter (where product_line <> '')
        ) as potential_amount
    from potentials
    group by terminal_id, year
),
potentials_in_force as (
    select
        terminal_id,
        arg_min(potential_amount, abs(year - extract(year from end_of_view($period_end, null) - 1)) * 2 - (year < extract(year from end_of_view($period_end, null)))::integer)
            as potential_amount
    from yearly_potentials
    group by terminal_id
),
graded as (
    select
        coalesce(here.grade, '') as grade,
        count(*) as terminal_count,
        coalesce(sum(calls.visit_count), 0)::bigint as visit_count,
        coalesce(sum(calls.joint_count), 0)::bigint as joint_count,
        coalesce(sum(greatest(sales.sales_amount, 0)), 0)::decimal(38, 2) as sales_amount,
        sum(potentials_in_force.potential_amount)::decimal(38, 2) as potential_amount
    from here
    left join calls on calls.terminal_id = here.terminal_id
    left join sales on sales.terminal_id = here.terminal_id
    left join potentials_in_force on potentials_in_force.terminal_id = here.terminal_id
    group by coalesce(here.grade, '')
)
select
    grade,
    terminal_count,
    visit_count,
    joint_count,
    sales_amount,
    potential_amount,
    terminal_count / nullif(sum(terminal_count) over (), 0) as of_terminals_share,
    visit_count / nullif(sum(visit_count) over (), 0) as of_calls_share,
    joint_count / nullif(sum(joint_count) over (), 0) as of_joint_share,
    sales_amount::double / nullif(sum(sales_amount) over ()::double, 0) as of_sales_share,
    coalesce(potential_amount, 0)::double / nullif(sum(potential_amount) over ()::double, 0) as of_potential_share
from graded
order by grade = '', grade
