-- Pure sales to terminals (终端纯销) by month: the true result. Net of returns; never what was shipped into the channel.
-- grain: one row a month, terminal, seller, product and territory
-- columns:
--   sales_month        date           first day of the month
--   terminal_id        varchar        the terminal that bought
--   seller_id          varchar        who sold: a distributor, or a manufacturer directly
--   distributor_id     varchar        the selling distributor; empty for direct sales
--   product_id         varchar        the product
--   product_line       varchar        its product line
--   manufacturer_id    varchar        its manufacturer
--   territory_id       varchar        territory the terminal belonged to on the day
--   sales_amount       decimal(38,2)  pure sales, net of returns
--   sales_quantity     decimal(38,3)  quantity, net of returns
--   return_amount      decimal(38,2)  returns within it, zero or negative
--   to_day_amount      decimal(38,2)  pure sales of the days up to the day of the month the data end on
--   to_day_quantity    decimal(38,3)  quantity of those days
--   last_bought_on     date           last day with a line above zero; empty where there are returns only
--   line_count         bigint         shipment lines
select
    flow_month as sales_month,
    buyer_id as terminal_id,
    seller_id,
    distributor_id,
    product_id,
    product_line,
    manufacturer_id,
    territory_id,
    flow_amount as sales_amount,
    flow_quantity as sales_quantity,
    return_amount,
    to_day_amount,
    to_day_quantity,
    last_bought_on,
    line_count
from flow_months
where stage = 'pure_sales'
order by sales_month, seller_id, terminal_id, product_id
