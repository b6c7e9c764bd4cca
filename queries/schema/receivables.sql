-- Invoices to distributors and what was paid.
-- grain: one row an invoice
-- key: invoice_id
-- required: invoice_id, distributor_id, invoiced_on, amount
-- refers: distributor_id to distributors
-- columns:
--   invoice_id      varchar        stable id
--   distributor_id  varchar        the distributor
--   invoiced_on     date           day invoiced
--   due_on          date           day due
--   paid_on         date           day paid in full; empty while open
--   amount          decimal(18,2)  invoice value
--   paid_amount     decimal(18,2)  paid so far
select
    invoice_id,
    distributor_id,
    invoiced_on,
    due_on,
    paid_on,
    amount,
    paid_amount
from stored.receivables
where may_see_distributor(distributor_id)
