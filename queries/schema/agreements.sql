-- Contracts with distributors (协议).
-- grain: one row an agreement
-- key: agreement_id
-- required: agreement_id, distributor_id
-- refers: distributor_id to distributors; manufacturer_id to manufacturers
-- columns:
--   agreement_id     varchar        stable id
--   distributor_id   varchar        the distributor
--   manufacturer_id  varchar        the manufacturer
--   starts_on        date           first day
--   ends_on          date           last day
--   signed_on        date           day of signature; empty while unsigned
--   target_amount    decimal(18,2)  agreed purchase target
--   rebate_rate      double         rebate on sell-in, 0 to 1
select
    agreement_id,
    distributor_id,
    manufacturer_id,
    starts_on,
    ends_on,
    signed_on,
    target_amount,
    rebate_rate
from stored.agreements
where may_see_distributor(distributor_id)
