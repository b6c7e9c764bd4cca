-- Terminals of grade A on the last day of data without a visit in the 60 days before it.
-- grain: one row
-- columns:
--   terminal_count  bigint         such terminals
--   grade_a_count   bigint         terminals of grade A
--   sales_amount    decimal(38,2)  what they bought in the twelve months to that day
with grade_a as (
    select distinct terminal_grades.terminal_id
    from terminal_grades
    join terminals on terminals.terminal_id = terminal_grades.terminal_id
    cross join workspace
    where terminal_grades.grade = 'A'
        and terminal_grades.valid_from <= workspace.data_through_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to > workspace.data_through_on)
        and (terminals.opened_on is null or terminals.opened_on <= workspace.data_through_on)
        and (terminals.closed_on is null or terminals.closed_on > workspace.data_through_on)
        and in_territories($territories, terminals.territory_id)
),
visited as (
    select distinct visits.terminal_id
    from visits
    cross join workspace
    where visits.visited_on > workspace.data_through_on - interval 60 day and visits.visited_on <= workspace.data_through_on
),
sales as (
    select
        sold.terminal_id,
        sum(sold.sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors) as sold
    cross join workspace
    where sold.sales_month > workspace.data_month - interval 12 month
    group by sold.terminal_id
)
select
    count(*) filter (where visited.terminal_id is null) as terminal_count,
    count(*) as grade_a_count,
    coalesce(sum(sales.sales_amount) filter (where visited.terminal_id is null), 0)::decimal(38, 2) as sales_amount
from grade_a
left join visited on visited.terminal_id = grade_a.terminal_id
left join sales on sales.terminal_id = grade_a.terminal_id
