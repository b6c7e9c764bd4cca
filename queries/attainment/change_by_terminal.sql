-- The terminals whose pure sales moved most against the comparison: who carries a change where no target reaches.
-- grain: one row a terminal, the largest falls first, then the largest rises; $most of each at the most
-- parameters:
--   most  integer  10  terminals of each kind
-- columns:
--   terminal_id           varchar        the terminal
--   terminal_name         varchar        its name
--   actual_amount         decimal(38,2)  pure sales of the period
--   base_amount           decimal(38,2)  pure sales of the comparison period, same days
--   change_amount         decimal(38,2)  the first less the second
--   gross_change_amount   decimal(38,2)  the changes of all terminals that moved the same way, together
--   moved_count           bigint         terminals that moved the same way
with sales as (
    select
        terminal_id,
        sum(current_amount) as actual_amount,
        sum(base_amount) as base_amount,
        sum(current_amount) - sum(base_amount) as change_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
    group by terminal_id
),
placed as (
    select
        terminal_id,
        actual_amount,
        base_amount,
        change_amount,
        sum(change_amount) over (partition by sign(change_amount)) as gross_change_amount,
        count(*) over (partition by sign(change_amount)) as moved_count,
        row_number() over (partition by sign(change_amount) order by abs(change_amount) desc, terminal_id) as place
    from sales
    where change_amount <> 0
)
select
    placed.terminal_id,
    coalesce(terminals.name, placed.terminal_id) as terminal_name,
    placed.actual_amount::decimal(38, 2) as actual_amount,
    placed.base_amount::decimal(38, 2) as base_amount,
    placed.change_amount::decimal(38, 2) as change_amount,
    placed.gross_change_amount::decimal(38, 2) as gross_change_amount,
    placed.moved_count
from placed
left join terminals on terminals.terminal_id = placed.terminal_id
where placed.place <= $most::integer
order by placed.change_amount, placed.terminal_id
