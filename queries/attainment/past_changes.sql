-- How much each explained unit and product line moved against the year before in the months over before the period: what
-- its usual variation is measured by.
-- grain: one row a kind, unit and month
-- columns:
--   kind          varchar        place or product_line
--   unit_id       varchar        the unit; empty for what is in none
--   sales_month   date           first day of the month
--   sales_amount  decimal(38,2)  pure sales of the month
--   base_amount   decimal(38,2)  those of the same month a year before
with sold as (
    select
        sales.sales_month,
        coalesce(places.unit_id, '') as place_id,
        coalesce(sales.product_line, '') as product_line,
        sum(sales.sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors) as sales
    left join explained_places($territories) as places on places.territory_id = sales.territory_id
    where sales.sales_month < $period_start::date
    group by sales.sales_month, coalesce(places.unit_id, ''), coalesce(sales.product_line, '')
),
units as (
    select 'place' as kind, place_id as unit_id, sales_month, sum(sales_amount) as sales_amount
    from sold
    group by place_id, sales_month
    union all
    select 'product_line', product_line, sales_month, sum(sales_amount)
    from sold
    group by product_line, sales_month
)
select
    units.kind,
    units.unit_id,
    units.sales_month,
    units.sales_amount::decimal(38, 2) as sales_amount,
    before.sales_amount::decimal(38, 2) as base_amount
from units
join units as before
    on before.kind = units.kind and before.unit_id = units.unit_id and before.sales_month = units.sales_month - interval 12 month
order by units.kind, units.unit_id, units.sales_month
