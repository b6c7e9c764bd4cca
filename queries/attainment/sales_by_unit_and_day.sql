-- Pure sales by day from $days_start to $days_end for the territories compared, from the shipment lines themselves:
-- how far into a month its sales usually come. What is in none of the territories has the empty id.
-- grain: one row a day and territory
-- parameters:
--   days_start  date  year_start  first day
--   days_end    date  year_end    first day no longer given
-- columns:
--   sales_on      date           the day
--   unit_id       varchar        the territory; empty for what is in none of those listed
--   sales_amount  decimal(38,2)  pure sales of the day, net of returns
with units as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
),
buyers as (
    select
        terminal_id,
        territory_id
    from terminals
    -- goods that reach a distributor have not been sold to a terminal, even where one id names both
    where terminal_id not in (select distributor_id from distributors)
),
sellers as (
    select distributor_id as seller_id
    from distributors
    where in_list($distributors, distributor_id)
    union
    select manufacturer_id
    from manufacturers
    where len($distributors::varchar[]) = 0
),
goods as (
    select product_id
    from products
    where in_list($manufacturers, manufacturer_id) and in_list($product_lines, product_line)
),
placed as (
    select
        flows.occurred_on,
        coalesce(placements.territory_id, buyers.territory_id) as territory_id,
        flows.amount
    from flows
    join buyers on buyers.terminal_id = flows.buyer_id
    join sellers on sellers.seller_id = flows.seller_id
    left join goods on goods.product_id = flows.product_id
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    where flows.occurred_on >= $days_start::date
        and flows.occurred_on < $days_end::date
        and (goods.product_id is not null or (len($manufacturers::varchar[]) = 0 and len($product_lines::varchar[]) = 0))
)
select
    placed.occurred_on as sales_on,
    coalesce(units.unit_id, '') as unit_id,
    sum(placed.amount)::decimal(38, 2) as sales_amount
from placed
left join units on units.territory_id = placed.territory_id
where in_territories($territories, placed.territory_id)
group by placed.occurred_on, coalesce(units.unit_id, '')
order by sales_on, unit_id
