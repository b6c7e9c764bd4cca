-- The terminals behind one driver of the bridge, by the same convention as overview/bridge: what each added or took.
-- grain: one row a terminal, largest change first
-- parameters:
--   driver     varchar  volume  volume, price, mix, new_terminals, new_products, lost_terminals, lost_products, returned or corrections
--   row_limit  bigint   200     rows at most
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   type              varchar        kind of institution
--   territory_name    varchar        its territory; empty where it has none
--   change_amount     decimal(38,2)  what it added to the driver
--   base_amount       decimal(38,2)  its pure sales of them in the comparison period
--   current_amount    decimal(38,2)  its pure sales of them in the period
--   product_count     bigint         its products behind the driver
--   all_count         bigint         terminals behind the driver, those beyond the limit included
--   all_change_amount decimal(38,2)  what they added together
with parts as materialized (
    select *
    from driver_parts(
        'whole', $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
),
items as (
    select
        terminal_id,
        product_id,
        sum(case when driver = $driver then change_amount else 0 end) as change_amount,
        sum(case when driver = 'base' then change_amount else 0 end) as base_amount,
        sum(case when driver = 'current' then change_amount else 0 end) as current_amount
    from parts
    group by terminal_id, product_id
    having count(*) filter (where driver = $driver) > 0
),
behind as (
    select
        terminal_id,
        sum(change_amount) as change_amount,
        sum(base_amount) as base_amount,
        sum(current_amount) as current_amount,
        count(*) as product_count
    from items
    group by terminal_id
)
select
    behind.terminal_id,
    terminals.name as terminal_name,
    terminals.type,
    territories.name as territory_name,
    behind.change_amount::decimal(38, 2) as change_amount,
    behind.base_amount::decimal(38, 2) as base_amount,
    behind.current_amount::decimal(38, 2) as current_amount,
    behind.product_count,
    count(*) over () as all_count,
    sum(behind.change_amount) over ()::decimal(38, 2) as all_change_amount
from behind
join terminals on terminals.terminal_id = behind.terminal_id
left join territories on territories.territory_id = terminals.territory_id
where behind.change_amount <> 0
order by abs(behind.change_amount) desc, behind.terminal_id
limit $row_limit::bigint
