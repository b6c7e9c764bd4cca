-- Every flow by month, party to party, with its stage: sell_in, transfer or pure_sales (终端纯销).
-- Lines that none of the three describes (an unknown party, a terminal as seller) are 'unclassified' and never counted as sales.
-- grain: one row a month, stage, seller, buyer, product and territory the buyer belonged to
-- columns:
--   flow_month         date           first day of the month
--   stage              varchar        sell_in, transfer, pure_sales or unclassified
--   seller_id          varchar        who shipped
--   buyer_id           varchar        who received
--   distributor_id     varchar        the distributor answerable: seller of pure sales, buyer of sell-in and transfers
--   product_id         varchar        the product
--   product_line       varchar        its product line
--   manufacturer_id    varchar        its manufacturer
--   territory_id       varchar        territory the terminal belonged to on the day, else of the buying distributor
--   flow_amount        decimal(38,2)  value, net of returns, in the workspace's currency
--   flow_quantity      decimal(38,3)  quantity, net of returns, in the product's standard unit
--   return_amount      decimal(38,2)  value of the returns within it, zero or negative
--   to_day_amount      decimal(38,2)  value of the days up to the day of the month the data end on, for like-for-like partial months
--   to_day_quantity    decimal(38,3)  quantity of those days
--   last_bought_on     date           last day with a line above zero; empty where there are returns only
--   line_count         bigint         shipment lines
with summed as (
    select
        cast(date_trunc('month', flows.occurred_on) as date) as flow_month,
        flows.seller_id,
        flows.buyer_id,
        flows.product_id,
        placements.territory_id,
        sum(flows.amount) as flow_amount,
        sum(flows.quantity) as flow_quantity,
        sum(case when flows.amount < 0 then flows.amount else 0 end) as return_amount,
        sum(
            case
                when workspace.is_month_complete or extract(day from flows.occurred_on) <= extract(day from workspace.data_through_on)
                    then flows.amount
                else 0
            end
        ) as to_day_amount,
        sum(
            case
                when workspace.is_month_complete or extract(day from flows.occurred_on) <= extract(day from workspace.data_through_on)
                    then flows.quantity
                else 0
            end
        ) as to_day_quantity,
        max(case when flows.amount > 0 then flows.occurred_on end) as last_bought_on,
        count(*) as line_count
    from flows
    cross join workspace
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    group by
        cast(date_trunc('month', flows.occurred_on) as date), flows.seller_id, flows.buyer_id, flows.product_id, placements.territory_id
)
select
    summed.flow_month,
    case
        when makers.manufacturer_id is not null and receivers.distributor_id is not null then 'sell_in'
        when senders.distributor_id is not null and receivers.distributor_id is not null then 'transfer'
        when (makers.manufacturer_id is not null or senders.distributor_id is not null)
            and terminals.terminal_id is not null then 'pure_sales'
        else 'unclassified'
    end as stage,
    summed.seller_id,
    summed.buyer_id,
    coalesce(receivers.distributor_id, senders.distributor_id) as distributor_id,
    summed.product_id,
    products.product_line,
    coalesce(products.manufacturer_id, makers.manufacturer_id) as manufacturer_id,
    coalesce(summed.territory_id, terminals.territory_id, receivers.territory_id) as territory_id,
    summed.flow_amount,
    summed.flow_quantity,
    summed.return_amount,
    summed.to_day_amount,
    summed.to_day_quantity,
    summed.last_bought_on,
    summed.line_count
from summed
left join products on products.product_id = summed.product_id
left join manufacturers as makers on makers.manufacturer_id = summed.seller_id
left join distributors as senders on senders.distributor_id = summed.seller_id
left join distributors as receivers on receivers.distributor_id = summed.buyer_id
left join terminals on terminals.terminal_id = summed.buyer_id
order by summed.flow_month, summed.seller_id, summed.buyer_id, summed.product_id, summed.territory_id
