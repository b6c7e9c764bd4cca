-- Links of the network by month: who shipped to whom, by product line.
-- grain: one row a month, stage, seller, buyer, manufacturer, product line and territory of the buyer
-- columns:
--   flow_month       date           first day of the month
--   stage            varchar        sell_in, transfer, pure_sales or unclassified
--   seller_id        varchar        who shipped
--   buyer_id         varchar        who received
--   distributor_id   varchar        the distributor answerable
--   manufacturer_id  varchar        manufacturer of the products
--   product_line     varchar        product line
--   territory_id     varchar        territory of the buyer
--   flow_amount      decimal(38,2)  value, net of returns
--   return_amount    decimal(38,2)  returns within it, zero or negative
--   to_day_amount    decimal(38,2)  value of the days up to the day of the month the data end on
--   line_count       bigint         shipment lines
--   product_count    bigint         products that moved
select
    flow_month,
    stage,
    seller_id,
    buyer_id,
    distributor_id,
    manufacturer_id,
    product_line,
    territory_id,
    sum(flow_amount) as flow_amount,
    sum(return_amount) as return_amount,
    sum(to_day_amount) as to_day_amount,
    cast(sum(line_count) as bigint) as line_count,
    -- a product is one row of each link
    count(*) as product_count
from flow_months
group by flow_month, stage, seller_id, buyer_id, distributor_id, manufacturer_id, product_line, territory_id
order by flow_month, seller_id, buyer_id, product_line, manufacturer_id
