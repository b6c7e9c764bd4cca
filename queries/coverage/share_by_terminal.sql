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
    select
        least(12, greatest(1, datediff('month', coalesce(min(flow_month), $period_start::date), $period_end::date))) as month_count
    from flow_months
),
chosen_lines as (
    select distinct coalesce(product_line, '') as product_line
    from products
    where in_list($manufacturers, manufacturer_id) and in_list($product_lines, product_line)
),
-- the row without a line holds all lines together; where lines are chosen only their own rows speak
estimates as (
    select
        terminal_id,
        sum(potential_amount) as potential_amount,
        sum(potential_low_amount) as low_amount,
        sum(potential_high_amount) as high_amount
    from potential_estimates
    where case
        when len($manufacturers::varchar[]) = 0 and len($product_lines::varchar[]) = 0 then product_line = ''
        else product_line <> '' and product_line in (select chosen_lines.product_line from chosen_lines)
    end
    group by terminal_id
),
standing as (
    select
        terminals_now.terminal_id,
        terminals_now.name,
        terminals_now.grade,
        coalesce(terminals_now.potential_amount, estimates.potential_amount) as potential_amount,
        terminals_now.potential_amount is null as is_estimated,
        case when terminals_now.potential_amount is null then estimates.low_amount end as low_amount,
        case when terminals_now.potential_amount is null then estimates.high_amount end as high_amount,
        terminals_now.year_amount,
        coalesce(terminals_now.potential_amount, estimates.potential_amount) * spans.month_count / 12 as possible_amount
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    ) as terminals_now
    cross join spans
    left join estimates on estimates.terminal_id = terminals_now.terminal_id
    where terminals_now.is_open and coalesce(terminals_now.potential_amount, estimates.potential_amount) > 0
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
    count(*) filter (where is_estimated) over () as estimated_count
from standing
order by potential_amount desc, terminal_id
limit 1500
