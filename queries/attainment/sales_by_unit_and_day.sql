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
        terminals.terminal_id,
        coalesce(units.unit_id, '') as unit_id
    from terminals
    left join units on units.territory_id = terminals.territory_id
    where in_territories($territories, terminals.territory_id)
        -- goods that reach a distributor have not been sold to a terminal, even where one id names both
        and terminals.terminal_id not in (select distributor_id from distributors)
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
)
select
    flows.occurred_on as sales_on,
    buyers.unit_id,
    sum(flows.amount)::decimal(38, 2) as sales_amount
from flows
join buyers on buyers.terminal_id = flows.buyer_id
join sellers on sellers.seller_id = flows.seller_id
left join goods on goods.product_id = flows.product_id
where flows.occurred_on >= $days_start::date
    and flows.occurred_on < $days_end::date
    and (goods.product_id is not null or (len($manufacturers::varchar[]) = 0 and len($product_lines::varchar[]) = 0))
group by flows.occurred_on, buyers.unit_id
order by sales_on, unit_id
