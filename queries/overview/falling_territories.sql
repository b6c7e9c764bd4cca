-- Provinces (regions where there are none) under 90% of plan whose attainment fell in each of the last three whole months.
-- grain: one row a territory, largest gap first
-- columns:
--   territory_id         varchar        the territory
--   territory_name       varchar        its name
--   attainment_rate      double         pure sales that the target is for over it, the three months together
--   first_rate           double         attainment of the first of them
--   last_rate            double         attainment of the last of them
--   gap_amount           decimal(38,2)  those less the target, below zero
with places as (
    select territory_places.territory_id
    from territory_places
    where (
        territory_places.province_id = territory_places.territory_id
        or (territory_places.region_id = territory_places.territory_id and not exists (select 1 from territory_places where province_id is not null))
    )
    and in_territories($territories, territory_places.territory_id)
),
last_months as (
    select
        case when is_month_complete then data_month else (data_month - interval 1 month)::date end as last_month
    from workspace
),
monthly as (
    select
        plan_months.territory_id,
        plan_months.plan_month,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.covered_amount) as sales_amount
    from plan_months
    join planned_lines($manufacturers, $product_lines) as lines on lines.product_line = plan_months.product_line
    cross join last_months
    where plan_months.measure = 'pure_sales'
        and len($distributors::varchar[]) = 0
        and plan_months.territory_id in (select territory_id from places)
        and plan_months.plan_month <= last_months.last_month
        and plan_months.plan_month > last_months.last_month - interval 3 month
    group by plan_months.territory_id, plan_months.plan_month
),
rated as (
    select
        territory_id,
        plan_month,
        sales_amount,
        target_amount,
        sales_amount::double / nullif(target_amount::double, 0) as rate,
        lag(sales_amount::double / nullif(target_amount::double, 0)) over (partition by territory_id order by plan_month) as earlier_rate
    from monthly
    where target_amount > 0
)
select
    rated.territory_id,
    any_value(territories.name) as territory_name,
    sum(rated.sales_amount)::double / sum(rated.target_amount)::double as attainment_rate,
    arg_min(rated.rate, rated.plan_month) as first_rate,
    arg_max(rated.rate, rated.plan_month) as last_rate,
    (sum(rated.sales_amount) - sum(rated.target_amount))::decimal(38, 2) as gap_amount
from rated
join territories on territories.territory_id = rated.territory_id
group by rated.territory_id
having count(*) = 3
    and count(*) filter (where rated.rate < rated.earlier_rate) = 2
    and sum(rated.sales_amount)::double / sum(rated.target_amount)::double < 0.9
order by gap_amount, rated.territory_id
