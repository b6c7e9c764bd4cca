-- Returns from terminals (退货) by month, apart from what was sold: lines below zero.
-- grain: one row a month, terminal, seller, product and territory with returns
-- columns:
--   sales_month            date           first day of the month
--   terminal_id            varchar        the terminal that returned
--   distributor_id         varchar        the distributor that took back; empty for direct sales
--   product_id             varchar        the product
--   product_line           varchar        its product line
--   manufacturer_id        varchar        its manufacturer
--   territory_id           varchar        territory the terminal belonged to on the day
--   return_amount          decimal(38,2)  value, zero or negative
--   return_quantity        decimal(38,3)  quantity of those lines
--   to_day_return_amount   decimal(38,2)  value of the days up to the day of the month the data end on
--   to_day_return_quantity  decimal(38,3)  quantity of those days
with returned as (
    select
        cast(date_trunc('month', flows.occurred_on) as date) as sales_month,
        flows.buyer_id as terminal_id,
        flows.seller_id,
        flows.product_id,
        coalesce(placements.territory_id, terminals.territory_id) as territory_id,
        flows.amount,
        flows.quantity,
        workspace.is_month_complete or extract(day from flows.occurred_on) <= extract(day from workspace.data_through_on) as is_to_day
    from flows
    cross join workspace
    join terminals on terminals.terminal_id = flows.buyer_id
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    where flows.amount < 0
        and flows.buyer_id not in (select receivers.distributor_id from distributors as receivers)
)
select
    returned.sales_month,
    returned.terminal_id,
    senders.distributor_id,
    returned.product_id,
    products.product_line,
    coalesce(products.manufacturer_id, makers.manufacturer_id) as manufacturer_id,
    returned.territory_id,
    sum(returned.amount) as return_amount,
    sum(returned.quantity) as return_quantity,
    sum(case when returned.is_to_day then returned.amount else 0 end) as to_day_return_amount,
    sum(case when returned.is_to_day then returned.quantity else 0 end) as to_day_return_quantity
from returned
left join products on products.product_id = returned.product_id
left join manufacturers as makers on makers.manufacturer_id = returned.seller_id
left join distributors as senders on senders.distributor_id = returned.seller_id
where senders.distributor_id is not null or makers.manufacturer_id is not null
group by
    returned.sales_month, returned.terminal_id, senders.distributor_id, returned.product_id, products.product_line,
    coalesce(products.manufacturer_id, makers.manufacturer_id), returned.territory_id
order by sales_month, distributor_id, terminal_id, product_id
