-- Terminals of grade A on the last day of each window, and how many of them bought in it.
-- grain: one row a window: current, base
-- columns:
--   period_name    varchar  current or base
--   grade_a_count  bigint   terminals of grade A, open on that day
--   active_count   bigint   of them with net pure sales above zero in the window
with windows as (
    select
        'current' as period_name,
        $period_start::date as start_month,
        $period_end::date as end_month,
        end_of_view($period_end, null) - 1 as last_day
    union all
    select
        'base' as period_name,
        $base_start::date as start_month,
        $base_end::date as end_month,
        end_of_view($base_end, $base_cut_month) - 1 as last_day
),
grade_a as (
    select distinct
        windows.period_name,
        terminal_grades.terminal_id
    from terminal_grades
    join terminals on terminals.terminal_id = terminal_grades.terminal_id
    join windows
        on terminal_grades.valid_from <= windows.last_day
        and (terminal_grades.valid_to is null or terminal_grades.valid_to > windows.last_day)
        and (terminals.opened_on is null or terminals.opened_on <= windows.last_day)
        and (terminals.closed_on is null or terminals.closed_on > windows.last_day)
    where terminal_grades.grade = 'A' and in_territories($territories, terminals.territory_id)
),
bought as (
    select
        terminal_id,
        sum(current_amount) as current_amount,
        sum(base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
    group by terminal_id
)
select
    windows.period_name,
    count(grade_a.terminal_id) as grade_a_count,
    count(grade_a.terminal_id) filter (
        where case when windows.period_name = 'current' then bought.current_amount else bought.base_amount end > 0
    ) as active_count
from windows
left join grade_a on grade_a.period_name = windows.period_name
left join bought on bought.terminal_id = grade_a.terminal_id
group by windows.period_name
order by windows.period_name desc
