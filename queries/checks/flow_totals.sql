-- Lines and value of all flows as the marts hold them, to be compared with what came in.
-- grain: one row
-- columns:
--   line_count   bigint         shipment lines
--   flow_amount  decimal(38,2)  value of all stages together
select
    cast(coalesce(sum(line_count), 0) as bigint) as line_count,
    cast(coalesce(sum(flow_amount), 0) as decimal(38, 2)) as flow_amount
from flow_months
