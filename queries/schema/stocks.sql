-- Stock counted at distributors.
-- grain: one row a distributor, product, day and expiry
-- key: counted_on, distributor_id, product_id, expires_on
-- required: counted_on, distributor_id, product_id, quantity
-- refers: distributor_id to distributors; product_id to products
-- columns:
--   counted_on      date           day of the count
--   distributor_id  varchar        the distributor
--   product_id      varchar        the product
--   quantity        decimal(18,3)  in the standard unit
--   expires_on      date           expiry of the lot; empty where not given
select
    counted_on,
    distributor_id,
    product_id,
    quantity,
    expires_on
from stored.stocks
where may_see_distributor(distributor_id)
