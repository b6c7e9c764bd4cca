-- What moved pure sales from the comparison to the period, by unit and product line, as an exact sum: price (at the new
-- quantity), volume (at the average price before, within products of one unit of measure), mix, new terminals, new
-- products at old ones, lost terminals and products, what moved between units, corrections, and the change in returns.
-- Both totals come along.
-- grain: one row a unit, product line and driver
-- parameters:
--   by_unit  varchar  whole  whole, territory (those compared), place (those explained), distributor or product_line
-- columns:
--   unit_id         varchar        the unit; empty for the whole and for what is in none
--   unit_name       varchar        its name; empty where the id is
--   product_line    varchar        product line; empty for products without one
--   driver          varchar        price, volume, mix, new_terminals, new_products, lost_terminals, lost_products, moved, corrections, returned; or base, current
--   change_amount   decimal(38,2)  what it added, or the total for base and current
--   terminal_count  bigint         terminals behind it
select
    parts.unit_id,
    coalesce(territories.name, distributors.name, case when $by_unit = 'product_line' then parts.unit_id else '' end) as unit_name,
    parts.product_line,
    parts.driver,
    sum(parts.change_amount)::decimal(38, 2) as change_amount,
    count(distinct case when parts.change_amount <> 0 then parts.terminal_id end) as terminal_count
from driver_parts(
    $by_unit, $period_start, $period_end, $base_start, $base_end, $base_cut_month,
    $territories, $manufacturers, $product_lines, $distributors
) as parts
left join territories on $by_unit in ('territory', 'place') and territories.territory_id = parts.unit_id
left join distributors on $by_unit = 'distributor' and distributors.distributor_id = parts.unit_id
group by parts.unit_id, unit_name, parts.product_line, parts.driver
order by parts.unit_id, parts.product_line, parts.driver
