-- What moved pure sales from the comparison period to this one, as an exact sum. Items are terminal × product.
-- New: nothing before. Lost: nothing now. What was bought in both: price at the new quantity, volume at the average price
-- before, mix the rest, within products of the same unit. The rest are returns and corrections: what came to less than
-- nothing on either side, or to no quantity.
-- grain: one row a driver
-- columns:
--   driver          varchar        base, volume, price, mix, new_terminals, new_products, lost_terminals, lost_products, corrections or current
--   change_amount   decimal(38,2)  what it added, or the total for base and current
--   terminal_count  bigint         terminals behind it
with classed as (
    select *
    from bridged_items(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
),
kept_units as (
    select
        unit,
        sum(base_amount) as base_amount,
        sum(base_quantity) as base_quantity,
        sum(current_amount) as current_amount,
        sum(current_quantity) as current_quantity,
        sum(current_amount::double - base_amount::double / base_quantity::double * current_quantity::double) as price_change,
        count(distinct terminal_id) as terminal_count
    from classed
    where class = 'kept'
    group by unit
),
kept as (
    select
        coalesce(sum(current_amount - base_amount), 0)::decimal(38, 2) as whole_change,
        coalesce(sum(price_change), 0)::decimal(38, 2) as price_change,
        coalesce(
            sum((current_quantity - base_quantity)::double * base_amount::double / nullif(base_quantity::double, 0)), 0
        )::decimal(38, 2) as volume_change
    from kept_units
),
kept_terminals as (
    select count(distinct terminal_id) as terminal_count from classed where class = 'kept'
),
drivers as (
    select 'volume' as driver, kept.volume_change as change_amount, kept_terminals.terminal_count from kept cross join kept_terminals
    union all
    select 'price', kept.price_change, kept_terminals.terminal_count from kept cross join kept_terminals
    union all
    -- by definition the rest of the change of what was kept, so the bridge closes to the cent
    select 'mix', kept.whole_change - kept.price_change - kept.volume_change, kept_terminals.terminal_count from kept cross join kept_terminals
    union all
    select class, sum(current_amount - base_amount), count(distinct terminal_id)
    from classed
    where class not in ('kept', 'nothing')
    group by class
    union all
    select 'base', coalesce(sum(base_amount), 0), count(distinct terminal_id) filter (where base_amount <> 0) from classed
    union all
    select 'current', coalesce(sum(current_amount), 0), count(distinct terminal_id) filter (where current_amount <> 0) from classed
)
select
    driver,
    change_amount::decimal(38, 2) as change_amount,
    terminal_count
from drivers
order by list_position(
    ['base', 'volume', 'new_terminals', 'new_products', 'price', 'mix', 'lost_products', 'lost_terminals', 'corrections', 'current'], driver
)
