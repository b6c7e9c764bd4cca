-- Every flow by month, party to party, with its stage: sell_in, transfer or pure_sales (终端纯销).
-- Lines that none of the three describes (an unknown party, a terminal as seller) are 'unclassified' and never counted as sales.
-- grain: one row a month, stage, seller, buyer and product
-- columns:
--   flow_month         date           first day of the month
--   stage              varchar        sell_in, transfer, pure_sales or unclassified
--   seller_id          varchar        who shipped
--   buyer_id           varchar        who received
--   distributor_id     varchar        the distributor answerable: seller of pure sales, buyer of sell-in and transfers
--   product_id         varchar        the product
--   product_line       varchar        its product line
--   manufacturer_id    varchar        its manufacturer
--   territory_id       varchar        territory of the terminal for pure sales, else of the buying distributor
--   flow_amount        decimal(38,2)  value, net of returns, in the workspace's currency
--   flow_quantity      decimal(38,3)  quantity, net of returns, in the product's standard unit
--   return_amount      decimal(38,2)  value of the returns within it, zero or negative
--   to_day_amount      decimal(38,2)  value of the days up to the day of the month the data end on, for like-for-like partial months
--   to_day_quantity    decimal(38,3)  quantity of those days
--   last_bought_on     date           last day with a line above zero; empty where there are returns only
--   line_count         bigint         shipment lines
with classified as (
    select
        cast(date_trunc('month', flows.occurred_on) as date) as flow_month,
        case
            when makers.manufacturer_id is not null and receivers.distributor_id is not null then 'sell_in'
            when senders.distributor_id is not null and receivers.distributor_id is not null then 'transfer'
            when (makers.manufacturer_id is not null or senders.distributor_id is not null)
                and terminals.terminal_id is not null then 'pure_sales'
            else 'unclassified'
        end as stage,
        flows.seller_id,
        flows.buyer_id,
        coalesce(receivers.distributor_id, senders.distributor_id) as distributor_id,
        flows.product_id,
        products.product_line,
        coalesce(products.manufacturer_id, makers.manufacturer_id) as manufacturer_id,
        coalesce(terminals.territory_id, receivers.territory_id) as territory_id,
        flows.amount,
        flows.quantity,
        flows.occurred_on,
        workspace.is_month_complete or extract(day from flows.occurred_on) <= extract(day from workspace.data_through_on) as is_to_day
    from flows
    cross join workspace
    left join products on products.product_id = flows.product_id
    left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
    left join distributors as senders on senders.distributor_id = flows.seller_id
    left join distributors as receivers on receivers.distributor_id = flows.buyer_id
    left join terminals on terminals.terminal_id = flows.buyer_id
)
select
    flow_month,
    stage,
    seller_id,
    buyer_id,
    distributor_id,
    product_id,
    product_line,
    manufacturer_id,
    territory_id,
    sum(amount) as flow_amount,
    sum(quantity) as flow_quantity,
    sum(case when amount < 0 then amount else 0 end) as return_amount,
    sum(case when is_to_day then amount else 0 end) as to_day_amount,
    sum(case when is_to_day then quantity else 0 end) as to_day_quantity,
    max(case when amount > 0 then occurred_on end) as last_bought_on,
    count(*) as line_count
from classified
group by flow_month, stage, seller_id, buyer_id, distributor_id, product_id, product_line, manufacturer_id, territory_id
order by flow_month, seller_id, buyer_id, product_id
