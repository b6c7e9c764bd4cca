-- Distributors to choose from, with what they sold in the period under the filters; those without sales come last.
-- grain: one row a distributor, largest pure sales first
-- columns:
--   distributor_id    varchar        the distributor
--   distributor_name  varchar        its name
--   tier              integer        1 or 2; empty where not said
--   sales_amount      decimal(38,2)  pure sales of the period
with sold as (
    select
        distributor_id,
        sum(sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by distributor_id
)
select
    distributors.distributor_id,
    distributors.name as distributor_name,
    distributors.tier,
    coalesce(sold.sales_amount, 0)::decimal(38, 2) as sales_amount
from distributors
left join sold on sold.distributor_id = distributors.distributor_id
order by sales_amount desc, distributors.distributor_id
