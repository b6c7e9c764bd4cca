-- The terminals behind one driver of the bridge, by the same convention as overview/bridge: what each added or took.
-- grain: one row a terminal, largest change first
-- parameters:
--   driver     varchar  volume  volume, price, mix, new_terminals, new_products, lost_terminals, lost_products or corrections
--   row_limit  bigint   200     rows at most
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   type              varchar        kind of institution
--   territory_name    varchar        its territory; empty where it has none
--   change_amount     decimal(38,2)  what it added to the driver
--   base_amount       decimal(38,2)  its pure sales of the comparison period
--   current_amount    decimal(38,2)  its pure sales of the period
--   product_count     bigint         its products behind the driver
--   all_count         bigint         terminals behind the driver, those beyond the limit included
--   all_change_amount decimal(38,2)  what they added together
with classed as (
    select *
    from bridged_items(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
),
unit_prices as (
    select
        unit,
        sum(base_amount)::double / nullif(sum(base_quantity)::double, 0) as mean_price
    from classed
    where class = 'kept'
    group by unit
),
-- what is kept splits into price, volume and mix item by item; the items add up to the bridge's drivers
split as (
    select
        classed.*,
        case
            when classed.class <> 'kept' then null
            when $driver = 'price'
                then classed.current_amount::double
                    - classed.base_amount::double / nullif(classed.base_quantity::double, 0) * classed.current_quantity::double
            when $driver = 'volume'
                then (classed.current_quantity - classed.base_quantity)::double * unit_prices.mean_price
            else classed.base_amount::double / nullif(classed.base_quantity::double, 0) * classed.current_quantity::double
                - classed.base_amount::double
                - (classed.current_quantity - classed.base_quantity)::double * unit_prices.mean_price
        end as part
    from classed
    left join unit_prices on unit_prices.unit = classed.unit
),
behind as (
    select
        terminal_id,
        sum(case when class = 'kept' then part else (current_amount - base_amount)::double end)::decimal(38, 2) as change_amount,
        sum(base_amount) as base_amount,
        sum(current_amount) as current_amount,
        count(*) as product_count
    from split
    where class = $driver or (class = 'kept' and $driver in ('price', 'volume', 'mix'))
    group by terminal_id
)
select
    behind.terminal_id,
    terminals.name as terminal_name,
    terminals.type,
    territories.name as territory_name,
    behind.change_amount,
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
