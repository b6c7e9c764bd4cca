-- What each terminal could buy in a year against the share of it that it buys: the 1,500 with the largest potential. Where
-- nobody supplied a potential it is the estimate made at publish, as of the end of the data, with its range.
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
--   is_estimated      boolean        whether the potential is an estimate, from terminals like it
--   low_amount        decimal(38,2)  lower end of the estimate's range; empty where the potential was supplied
--   high_amount       decimal(38,2)  upper end
--   all_count         bigint         terminals with a potential, those left off included
--   estimated_count   bigint         of those, estimates
with spans as (
    select months_known($period_end) as month_count
),
standing as (
    select
        terminals_now.terminal_id,
        terminals_now.name,
        terminals_now.grade,
        terminals_now.potential_amount is null as is_estimated,
        coalesce(
            terminals_now.potential_amount,
            raised_estimate(estimates.potential_amount, terminals_now.year_amount, spans.month_count)
        ) as potential_amount,
        case
            when terminals_now.potential_amount is null
                then raised_estimate(estimates.low_amount, terminals_now.year_amount, spans.month_count)
        end as low_amount,
        case
            when terminals_now.potential_amount is null
                then raised_estimate(estimates.high_amount, terminals_now.year_amount, spans.month_count)
        end as high_amount,
        terminals_now.year_amount,
        spans.month_count
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    ) as terminals_now
    cross join spans
    left join estimated_potentials($manufacturers, $product_lines) as estimates
        on estimates.terminal_id = terminals_now.terminal_id
    where terminals_now.is_open
),
placed as (
    select
        *,
        potential_amount * month_count / 12 as possible_amount
    from standing
    where potential_amount > 0
)
select
    terminal_id,
    name as terminal_name,
    coalesce(grade, '') as grade,
    potential_amount::decimal(38, 2) as potential_amount,
    year_amount,
    year_amount / nullif(possible_amount, 0) as share_rate,
    greatest(0, possible_amount - year_amount)::decimal(38, 2) as open_amount,
    is_estimated,
    low_amount::decimal(38, 2) as low_amount,
    high_amount::decimal(38, 2) as high_amount,
    count(*) over () as all_count,
    count(case when is_estimated then 1 end) over () as estimated_count
from placed
order by potential_amount desc, terminal_id
limit 1500
