-- The terminals one distributor serves, or served in the period compared with, and how much they depend on it.
-- grain: one row a terminal, largest pure sales first
-- parameters:
--   distributor  varchar  ''   the distributor
--   threshold    double   0.8  share of what a terminal buys from which on it depends on the seller
--   row_limit    integer  500  the most rows given
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   type              varchar        kind of terminal
--   level             varchar        level
--   territory_name    varchar        its territory
--   sales_amount      decimal(38,2)  what it bought from the distributor in the period
--   base_amount       decimal(38,2)  in the period compared with
--   growth_rate       double         the one over the other, less 1; empty without a base
--   supply_share      double         share of the distributor in all the terminal bought
--   is_single_source  boolean        whether it depends on the distributor
--   last_bought_on    date           last day it bought from the distributor
--   total_count       bigint         terminals that bought in the period, net above zero
with bought as (
    select
        terminal_id,
        sum(current_amount) as sales_amount,
        sum(base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines,
        [$distributor::varchar]
    )
    group by terminal_id
    having sum(current_amount) <> 0 or sum(base_amount) <> 0
),
sources as (
    select
        terminal_id,
        sum(greatest(bought_amount, 0)) as gross_amount
    from purchases_in($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
    group by terminal_id
),
last_days as (
    select
        terminal_id,
        max(last_bought_on) as last_bought_on
    from terminal_months
    where distributor_id = $distributor::varchar
    group by terminal_id
)
select
    bought.terminal_id,
    coalesce(terminals.name, bought.terminal_id) as terminal_name,
    terminals.type,
    terminals.level,
    territories.name as territory_name,
    bought.sales_amount::decimal(38, 2) as sales_amount,
    bought.base_amount::decimal(38, 2) as base_amount,
    case when bought.base_amount > 0 then (bought.sales_amount / bought.base_amount)::double - 1 end as growth_rate,
    (greatest(bought.sales_amount, 0) / nullif(sources.gross_amount, 0))::double as supply_share,
    coalesce(bought.sales_amount > 0 and greatest(bought.sales_amount, 0) / nullif(sources.gross_amount, 0) >= $threshold::double, false) as is_single_source,
    last_days.last_bought_on,
    count(case when bought.sales_amount > 0 then 1 end) over () as total_count
from bought
left join terminals on terminals.terminal_id = bought.terminal_id
left join territories on territories.territory_id = terminals.territory_id
left join sources on sources.terminal_id = bought.terminal_id
left join last_days on last_days.terminal_id = bought.terminal_id
order by bought.sales_amount desc, bought.base_amount desc, bought.terminal_id
limit $row_limit::integer
