-- How many customers stand in each state at the end of the period and what is at stake, now and at the end of the window
-- compared with. Closed institutions are left out.
-- grain: one row a state that holds somebody at either end
-- columns:
--   state              varchar        new, growing, steady, shrinking, occasional, reactivated, dormant, lost or unreported
--   terminal_count     bigint         customers in it
--   state_share        double         share of all customers
--   stake_amount       decimal(38,2)  pure sales of the twelve months; where they are silent, of the twelve up to the last order
--   base_count         bigint         customers in it at the end of the window compared with; empty where the data do not reach back
--   base_stake_amount  decimal(38,2)  their value then
--   closed_count       bigint         former customers that closed, of all states together
with spans as (
    select
        life_month_of($period_end, null) as now_month,
        life_month_of($base_end, $base_cut_month) as base_month,
        (select min(sales_month) from terminal_months) as first_month
),
now_standing as (
    select
        customers.state,
        count(*) as terminal_count,
        sum(customers.stake_amount) as stake_amount
    from spans
    cross join customers_in_months(
        life_month_of($period_end, null), life_month_of($period_end, null),
        $territories, $manufacturers, $product_lines, $distributors
    ) as customers
    group by customers.state
),
base_standing as (
    select
        customers.state,
        count(*) as terminal_count,
        sum(customers.stake_amount) as stake_amount
    from customers_in_months(
        life_month_of($base_end, $base_cut_month), life_month_of($base_end, $base_cut_month),
        $territories, $manufacturers, $product_lines, $distributors
    ) as customers
    group by customers.state
),
joined as (
    select
        coalesce(now_standing.state, base_standing.state) as state,
        coalesce(now_standing.terminal_count, 0) as terminal_count,
        coalesce(now_standing.stake_amount, 0) as stake_amount,
        case when spans.base_month >= spans.first_month then coalesce(base_standing.terminal_count, 0) end as base_count,
        case when spans.base_month >= spans.first_month then coalesce(base_standing.stake_amount, 0) end as base_stake_amount
    from now_standing
    full join base_standing on base_standing.state = now_standing.state
    cross join spans
)
select
    state,
    terminal_count,
    (terminal_count / nullif(sum(terminal_count) over (), 0))::double as state_share,
    stake_amount::decimal(38, 2) as stake_amount,
    base_count,
    base_stake_amount::decimal(38, 2) as base_stake_amount,
    coalesce((select now_standing.terminal_count from now_standing where now_standing.state = 'closed'), 0) as closed_count
from joined
where state <> 'closed'
order by
    list_position(
        ['growing', 'steady', 'shrinking', 'new', 'reactivated', 'occasional', 'dormant', 'lost', 'unreported'], state
    )
