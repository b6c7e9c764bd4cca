-- Targets of territories that were given one or are the sum of parts that were, in months where some territory has none.
-- grain: one row a month, measure, territory and product line
-- columns:
--   plan_month     date           first day of the month
--   measure        varchar        pure_sales or sell_in
--   territory_id   varchar        the territory; empty for the whole company
--   product_line   varchar        product line; empty for all lines together
--   target_amount  decimal(38,2)  target of the month
--   version        integer        highest version in force
with counted as (
    select
        plan_month,
        measure,
        product_line,
        count(*) filter (where territory_id <> '') as planned_count,
        count(*) filter (where is_given) as given_count
    from plan_months
    group by plan_month, measure, product_line
)
select
    plan_months.plan_month,
    plan_months.measure,
    plan_months.territory_id,
    plan_months.product_line,
    plan_months.target_amount,
    plan_months.version
from plan_months
join counted on counted.plan_month = plan_months.plan_month
    and counted.measure = plan_months.measure
    and counted.product_line = plan_months.product_line
where counted.given_count > 0 and counted.planned_count < (select count(*) from territories)
order by plan_months.plan_month, plan_months.measure, plan_months.product_line, plan_months.territory_id
