-- Shipment lines (流向明细): goods that moved from one party to the next.
-- grain: one row a shipment line
-- key: flow_id
-- required: flow_id, occurred_on, seller_id, buyer_id, product_id, quantity, amount
-- refers: seller_id to manufacturers or distributors; buyer_id to distributors or terminals; product_id to products
-- allowed: source in web, direct, ftp, scan, file
-- columns:
--   flow_id      varchar        stable id of the line
--   occurred_on  date           day the goods moved; a return carries its own day
--   seller_id    varchar        who shipped: a manufacturer or a distributor
--   buyer_id     varchar        who received: a distributor or a terminal
--   product_id   varchar        the product
--   quantity     decimal(18,3)  in the product's standard unit; negative for returns
--   amount       decimal(18,2)  value in the workspace's currency; negative for returns
--   batch        varchar        batch (批号)
--   document_no  varchar        document number
--   source       varchar        web, direct, ftp, scan or file
select
    flow_id,
    occurred_on,
    seller_id,
    buyer_id,
    product_id,
    quantity,
    amount,
    batch,
    document_no,
    source
from stored.flows
where may_see_flow(seller_id, buyer_id)
