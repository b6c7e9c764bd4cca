-- Targets (指标) by month and holder.
-- grain: one row a month, holder, product line, measure and version
-- key: month, holder_kind, holder_id, product_line, measure, version
-- required: month, holder_kind, holder_id, target_amount
-- refers: holder_id to the table of holder_kind
-- allowed: holder_kind in territory, distributor, rep, terminal; measure in pure_sales, sell_in
-- columns:
--   month            date           first day of the month
--   holder_kind      varchar        territory, distributor, rep or terminal
--   holder_id        varchar        id in that table
--   product_line     varchar        product line; empty means all lines together
--   measure          varchar        pure_sales or sell_in
--   target_amount    decimal(18,2)  target value
--   target_quantity  decimal(18,3)  target quantity
--   version          integer        the highest version of a month is in force
select
    month,
    holder_kind,
    holder_id,
    product_line,
    measure,
    target_amount,
    target_quantity,
    version
from stored.targets
where may_see_holder(holder_kind, holder_id)
