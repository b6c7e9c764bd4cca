-- What moved pure sales from the comparison period to this one, as an exact sum. Items are terminal × product, returns apart.
-- New: nothing before. Lost: nothing now. What was bought in both: price at the new quantity, volume at the average price
-- before, mix the rest, within products of the same unit. Corrections are what came to no quantity.
-- grain: one row a driver
-- columns:
--   driver          varchar        base, volume, price, mix, new_terminals, new_products, lost_terminals, lost_products, returned, corrections or current
--   change_amount   decimal(38,2)  what it added, or the total for base and current
--   terminal_count  bigint         terminals behind it
with drivers as (
    select
        driver,
        sum(change_amount) as change_amount,
        count(distinct case when change_amount <> 0 then terminal_id end) as terminal_count
    from driver_parts(
        'whole', $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
    group by driver
),
-- these have a row where nothing was bought at all, too
always as (
    select unnest(['base', 'volume', 'price', 'mix', 'current']) as driver
)
select
    driver,
    coalesce(drivers.change_amount, 0)::decimal(38, 2) as change_amount,
    coalesce(drivers.terminal_count, 0) as terminal_count
from drivers
full join always using (driver)
order by list_position(
    [
        'base', 'volume', 'new_terminals', 'new_products', 'price', 'mix', 'lost_products', 'lost_terminals', 'returned',
        'corrections', 'current'
    ],
    driver
)
