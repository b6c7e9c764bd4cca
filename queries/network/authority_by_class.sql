-- Pure sales of distributors by whether they were authorised there on the day, in the period and the one compared with.
-- grain: one row a class: inside, outside, unmapped
-- columns:
--   authority     varchar        inside, outside or unmapped
--   sales_amount  decimal(38,2)  pure sales of the period
--   base_amount   decimal(38,2)  pure sales of the period compared with
with classes as (
    select unnest(['inside', 'outside', 'unmapped']) as authority
),
sold as (
    select
        authority,
        sum(case when sales_month >= $period_start::date and sales_month < $period_end::date then sales_amount end) as sales_amount,
        sum(case
            when sales_month < $base_start::date or sales_month >= $base_end::date then null
            when sales_month = $base_cut_month::date then to_day_amount
            else sales_amount
        end) as base_amount
    from authorised_months
    where in_territories($territories, territory_id)
        and in_list($manufacturers, manufacturer_id)
        and in_list($product_lines, product_line)
        and in_list($distributors, distributor_id)
    group by authority
)
select
    classes.authority,
    cast(coalesce(sold.sales_amount, 0) as decimal(38, 2)) as sales_amount,
    cast(coalesce(sold.base_amount, 0) as decimal(38, 2)) as base_amount
from classes
left join sold on sold.authority = classes.authority
order by classes.authority
