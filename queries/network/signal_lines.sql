-- The shipment lines behind one thing to check, newest first: what was sold outside, the line sold cheaply, the purchases of
-- the quarter, the stray batches with the maker's shipments of them, the single purchase, what went out and came back.
-- grain: one row a shipment line
-- parameters:
--   signal       varchar  ''            outside, price, jump, batch, once or round
--   distributor  varchar  ''            the distributor
--   subject      varchar  ''            what the signal is about: a zone, line, batch or terminal
--   lines_from   date     period_start  first day
--   lines_to     date     period_end    day after the last
--   row_limit    integer  300           lines
-- columns:
--   occurred_on     date           day
--   seller_name     varchar        who shipped
--   buyer_name      varchar        who received
--   territory_name  varchar        territory of the receiver on the day
--   product_name    varchar        product
--   line_quantity   decimal(18,3)  quantity
--   line_amount     decimal(18,2)  value
--   unit_amount     decimal(18,2)  value of one unit
--   batch           varchar        batch
--   document_no     varchar        document
--   flow_id         varchar        the line
with places as (
    select distinct
        territory_closure.territory_id,
        nullif(authorisations.product_line, '') as product_line,
        authorisations.valid_from,
        authorisations.valid_to
    from authorisations
    join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
    where authorisations.distributor_id = $distributor::varchar
),
strays as (
    select distinct
        product_id,
        batch,
        territory_id
    from batch_months
    where $signal::varchar = 'batch'
        and trace = 'stray'
        and distributor_id = $distributor::varchar
        and sales_month >= $period_start::date
        and sales_month < $period_end::date
),
returned as (
    select distinct
        product_id
    from flows
    where $signal::varchar = 'round'
        and quantity < 0
        and seller_id = $distributor::varchar
        and buyer_id = $subject::varchar
        and occurred_on >= $lines_from::date
        and occurred_on < $lines_to::date
),
near as (
    select *
    from flows
    where occurred_on >= $lines_from::date
        and occurred_on < $lines_to::date
        and (
            ($signal::varchar in ('outside', 'price', 'once', 'round') and seller_id = $distributor::varchar)
            or ($signal::varchar = 'jump' and buyer_id = $distributor::varchar)
            or ($signal::varchar = 'batch' and batch in (select strays.batch from strays))
        )
),
placed as (
    select
        near.*,
        products.product_line,
        products.name as product_name,
        terminals.terminal_id,
        coalesce(placements.territory_id, terminals.territory_id, receivers.territory_id) as territory_id,
        coalesce(makers.name, senders.name, near.seller_id) as seller_name,
        coalesce(receivers.name, terminals.name, near.buyer_id) as buyer_name,
        makers.manufacturer_id is not null as is_maker
    from near
    left join products on products.product_id = near.product_id
    left join manufacturers as makers on makers.manufacturer_id = near.seller_id
    left join distributors as senders on senders.distributor_id = near.seller_id
    left join distributors as receivers on receivers.distributor_id = near.buyer_id
    left join terminals on terminals.terminal_id = near.buyer_id and receivers.distributor_id is null
    left join placements on placements.terminal_id = terminals.terminal_id
        and placements.placed_from <= near.occurred_on
        and (placements.placed_to is null or near.occurred_on < placements.placed_to)
)
select
    placed.occurred_on,
    placed.seller_name,
    placed.buyer_name,
    territories.name as territory_name,
    coalesce(placed.product_name, placed.product_id) as product_name,
    placed.quantity as line_quantity,
    placed.amount as line_amount,
    cast(placed.amount / nullif(placed.quantity, 0) as decimal(18, 2)) as unit_amount,
    placed.batch,
    placed.document_no,
    placed.flow_id
from placed
left join territories on territories.territory_id = placed.territory_id
where in_list($manufacturers, (select products.manufacturer_id from products where products.product_id = placed.product_id))
    and in_list($product_lines, placed.product_line)
    and case $signal::varchar
        when 'outside' then placed.terminal_id is not null
            and in_territories($territories, placed.territory_id)
            and territories.territory_id is not null
            and placed.occurred_on >= (select min(authorisations.valid_from) from authorisations where authorisations.distributor_id = $distributor::varchar)
            and not exists (
                select 1
                from places
                where places.territory_id = placed.territory_id
                    and (places.product_line is null or placed.product_line is null or places.product_line = placed.product_line)
                    and places.valid_from <= placed.occurred_on
                    and (places.valid_to is null or placed.occurred_on < places.valid_to)
            )
        when 'price' then placed.terminal_id is not null and placed.product_line is not distinct from nullif($subject::varchar, '')
        when 'jump' then placed.product_line is not distinct from nullif($subject::varchar, '')
        when 'batch' then exists (
            select 1
            from strays
            where strays.product_id = placed.product_id
                and strays.batch = placed.batch
                and (
                    (placed.is_maker and placed.terminal_id is null)
                    or (placed.seller_id = $distributor::varchar and strays.territory_id is not distinct from placed.territory_id)
                )
        )
        when 'once' then placed.terminal_id = $subject::varchar
        when 'round' then placed.terminal_id = $subject::varchar and placed.product_id in (select returned.product_id from returned)
        else false
    end
order by placed.occurred_on desc, placed.flow_id
limit $row_limit::integer
