-- Pure sales against plan by province (the level below the regions), for the tile grid.
-- grain: one row a province
-- columns:
--   province_id      varchar        the territory
--   province_name    varchar        its name
--   actual_amount    decimal(38,2)  pure sales of the period
--   base_amount      decimal(38,2)  pure sales of the comparison period, same days
--   plan_amount      decimal(38,2)  target due by the last day of data; empty without one
--   attainment_rate  double         pure sales that the target is for over it; empty where the target is not above zero
--   growth_rate      double         pure sales over those of the comparison period, less one
with province_sales as (
    select
        territory_places.province_id,
        sum(compared.current_amount) as actual_amount,
        sum(compared.base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    ) as compared
    join territory_places on territory_places.territory_id = compared.territory_id
    where territory_places.province_id is not null
    group by territory_places.province_id
),
plan as (
    select
        plan_months.territory_id as province_id,
        sum(plan_months.target_to_date_amount) as plan_amount,
        sum(plan_months.covered_amount) as covered_amount
    from plan_months
    join planned_lines($manufacturers, $product_lines) as lines on lines.product_line = plan_months.product_line
    where plan_months.measure = 'pure_sales'
        and len($distributors::varchar[]) = 0
        and plan_months.plan_month >= $period_start::date
        and plan_months.plan_month < $period_end::date
    group by plan_months.territory_id
)
select
    territories.territory_id as province_id,
    territories.name as province_name,
    coalesce(province_sales.actual_amount, 0)::decimal(38, 2) as actual_amount,
    coalesce(province_sales.base_amount, 0)::decimal(38, 2) as base_amount,
    plan.plan_amount::decimal(38, 2) as plan_amount,
    case when plan.plan_amount > 0 then plan.covered_amount::double / plan.plan_amount::double end as attainment_rate,
    case when province_sales.base_amount > 0 then province_sales.actual_amount::double / province_sales.base_amount::double - 1 end as growth_rate
from territory_places
join territories on territories.territory_id = territory_places.territory_id
left join province_sales on province_sales.province_id = territories.territory_id
left join plan on plan.province_id = territories.territory_id
where territory_places.province_id = territory_places.territory_id
    and in_territories($territories, territories.territory_id)
    and (province_sales.actual_amount <> 0 or province_sales.base_amount <> 0 or plan.plan_amount <> 0)
order by attainment_rate nulls last, actual_amount desc, province_id
