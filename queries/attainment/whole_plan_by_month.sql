-- The plan of everything the filters leave, by month: given, or handed down to the territory chosen.
-- grain: one row a month and measure
-- columns:
--   plan_month             date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   target_amount          decimal(38,2)  target of the month
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data
--   covered_amount         decimal(38,2)  pure sales that the target is for; empty where it is for all of them
--   covered_to_day_amount  decimal(38,2)  those of the days up to the day of the month the data end on
--   version                integer        highest version in force
--   is_allocated           boolean        whether it was handed down from above
--   basis                  varchar        by what: last_year or equal; empty where it was given
select
    plan_month,
    measure,
    target_amount::decimal(38, 2) as target_amount,
    target_to_date_amount::decimal(38, 2) as target_to_date_amount,
    covered_amount::decimal(38, 2) as covered_amount,
    covered_to_day_amount::decimal(38, 2) as covered_to_day_amount,
    version,
    is_allocated,
    basis
from whole_plans($territories, $manufacturers, $product_lines, $distributors)
order by plan_month, measure
