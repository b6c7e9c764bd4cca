-- The potentials given, those of the latest year up to the last of the window, else of the year nearest to it.
-- grain: one row a terminal and product line
-- parameters:
--   end_month  date  period_end  the month after the window
-- columns:
--   terminal_id       varchar        the terminal
--   product_line      varchar        product line; empty for all lines together
--   potential_amount  decimal(18,2)  what it could buy in the year
with ranked as (
    select
        terminal_id,
        coalesce(product_line, '') as product_line,
        potential_amount,
        row_number() over (
            partition by terminal_id, coalesce(product_line, '')
            order by
                year <= extract(year from $end_month::date - interval 1 day) desc,
                abs(year - extract(year from $end_month::date - interval 1 day))
        ) as place
    from potentials
)
select
    terminal_id,
    product_line,
    potential_amount
from ranked
where place = 1
order by terminal_id, product_line
