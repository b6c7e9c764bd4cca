-- Targets handed down (分解): what territories without a target of their own get of the one given above them, by last
-- year's sales of the same month, else in equal parts. Never among the given ones: plan_months does not hold them.
-- grain: one row a month, measure, territory and product line
-- columns:
--   plan_month        date           first day of the month
--   measure           varchar        pure_sales or sell_in
--   territory_id      varchar        the territory that was given none
--   product_line      varchar        product line; empty for all lines together
--   target_amount     decimal(38,2)  its part; parts and what stays above add up to the target given
--   from_id           varchar        the territory it was given to
--   basis             varchar        last_year or equal
--   version           integer        version of the target given
select
    plan_month,
    measure,
    territory_id,
    product_line,
    target_amount,
    from_id,
    basis,
    version
from stored.allocated_plan_months
where may_see_holder('territory', territory_id)
