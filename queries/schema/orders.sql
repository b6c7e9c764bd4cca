-- Orders of distributors.
-- grain: one row an order
-- key: order_id
-- required: order_id, distributor_id, ordered_on
-- refers: distributor_id to distributors
-- columns:
--   order_id          varchar        stable id
--   distributor_id    varchar        the distributor
--   ordered_on        date           day ordered
--   approved_on       date           day approved
--   shipped_on        date           day shipped
--   delivered_on      date           day delivered
--   invoiced_on       date           day invoiced
--   ordered_amount    decimal(18,2)  value ordered
--   delivered_amount  decimal(18,2)  value delivered
select
    order_id,
    distributor_id,
    ordered_on,
    approved_on,
    shipped_on,
    delivered_on,
    invoiced_on,
    ordered_amount,
    delivered_amount
from stored.orders
where may_see_distributor(distributor_id)
