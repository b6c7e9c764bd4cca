-- What each terminal could buy in a year against the share of it that it buys: the 1,500 with the largest potential.
-- Where the data hold fewer than twelve months the potential is taken for as many.
-- grain: one row a terminal with a potential above zero, largest potential first
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   grade             varchar        grade on the last day of the period; empty for none
--   potential_amount  decimal(38,2)  potential a year
--   year_amount       decimal(38,2)  pure sales of the twelve months to the last day of the period
--   share_rate        double         pure sales ÷ potential of the same months
--   open_amount       decimal(38,2)  potential not bought, never below zero
--   all_count         bigint         terminals with a potential, those left off included
with spans as (
    select
        least(12, greatest(1, datediff('month', coalesce(min(flow_month), $period_start::date), $period_end::date))) as month_count
    from flow_months
),
standing as (
    select
        terminals_now.terminal_id,
        terminals_now.name,
        terminals_now.grade,
        terminals_now.potential_amount,
        terminals_now.year_amount,
        terminals_now.potential_amount * spans.month_count / 12 as possible_amount
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    ) as terminals_now
    cross join spans
    where terminals_now.is_open and terminals_now.potential_amount > 0
)
select
    terminal_id,
    name as terminal_name,
    coalesce(grade, '') as grade,
    potential_amount,
    year_amount,
    year_amount / nullif(possible_amount, 0) as share_rate,
    greatest(0, possible_amount - year_amount)::decimal(38, 2) as open_amount,
    count(*) over () as all_count
from standing
order by potential_amount desc, terminal_id
limit 1500
