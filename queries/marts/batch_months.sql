-- Distributors' pure sales by whether the batch (批号) belongs where it was sold: somebody the maker shipped the batch to, or
-- one of its own tier 2, was authorised for the receiving territory and line within those days. Only a batch of which the
-- maker's shipments are recorded, before the sales and for as much (but a tenth), can be followed; the rest is untraced.
-- grain: one row a month, distributor, territory, product and trace; strays by batch
-- columns:
--   sales_month     date           first day of the month
--   distributor_id  varchar        the selling distributor
--   territory_id    varchar        territory the terminal belonged to on the day
--   product_id      varchar        the product
--   product_line    varchar        its line
--   manufacturer_id  varchar        its manufacturer
--   trace           varchar        inside, stray or untraced
--   batch           varchar        the batch of what strayed; empty for the rest
--   sales_amount    decimal(38,2)  pure sales, net of returns
--   sales_quantity  decimal(38,3)  quantity, net of returns
--   line_count      bigint         shipment lines
with sold as (
    select
        cast(date_trunc('month', flows.occurred_on) as date) as sales_month,
        flows.seller_id as distributor_id,
        coalesce(placements.territory_id, terminals.territory_id) as territory_id,
        flows.product_id,
        flows.batch,
        min(flows.occurred_on) as first_on,
        max(flows.occurred_on) as last_on,
        sum(flows.amount) as amount,
        sum(flows.quantity) as quantity,
        count(*) as line_count
    from flows
    join distributors on distributors.distributor_id = flows.seller_id
    join terminals on terminals.terminal_id = flows.buyer_id
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    where flows.batch <> ''
        and flows.buyer_id not in (select receivers.distributor_id from distributors as receivers)
    group by
        cast(date_trunc('month', flows.occurred_on) as date),
        flows.seller_id,
        coalesce(placements.territory_id, terminals.territory_id),
        flows.product_id,
        flows.batch
),
lots as (
    select
        flows.product_id,
        flows.batch,
        flows.buyer_id as distributor_id,
        min(flows.occurred_on) as shipped_from,
        sum(flows.quantity) as shipped_quantity
    from flows
    join manufacturers on manufacturers.manufacturer_id = flows.seller_id
    join distributors on distributors.distributor_id = flows.buyer_id
    where flows.batch <> ''
    group by flows.product_id, flows.batch, flows.buyer_id
    having sum(flows.quantity) > 0
),
shipped as (
    select
        product_id,
        batch,
        min(shipped_from) as shipped_from,
        sum(shipped_quantity) as shipped_quantity
    from lots
    group by product_id, batch
),
left_shelves as (
    select
        product_id,
        batch,
        min(first_on) as first_on,
        sum(quantity) as sold_quantity
    from sold
    group by product_id, batch
),
followed as (
    select
        shipped.product_id,
        shipped.batch
    from shipped
    join left_shelves on left_shelves.product_id = shipped.product_id and left_shelves.batch = shipped.batch
    where left_shelves.first_on >= shipped.shipped_from
        -- a line names one batch, so that a little more than was shipped may seem sold
        and left_shelves.sold_quantity <= shipped.shipped_quantity * 1.1
),
-- to whom a distributor may pass goods on: its own tier 2, and one of whom no parent is said
holders as (
    select
        product_id,
        batch,
        distributor_id
    from lots
    union
    select
        lots.product_id,
        lots.batch,
        below.distributor_id
    from lots
    join distributors as below on below.parent_id = lots.distributor_id
    union
    select
        flows.product_id,
        flows.batch,
        flows.buyer_id as distributor_id
    from flows
    join distributors as senders on senders.distributor_id = flows.seller_id
    join distributors as receivers on receivers.distributor_id = flows.buyer_id
    where flows.batch <> '' and receivers.parent_id is null
),
covered_places as (
    select distinct
        authorisations.distributor_id,
        territory_closure.territory_id,
        nullif(authorisations.product_line, '') as product_line,
        authorisations.valid_from,
        authorisations.valid_to
    from authorisations
    join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
),
known as (
    select distinct distributor_id
    from authorisations
),
lined as (
    select
        sold.*,
        products.product_line,
        products.manufacturer_id,
        sold.territory_id is not null and followed.batch is not null and known.distributor_id is not null as is_followed
    from sold
    left join products on products.product_id = sold.product_id
    left join followed on followed.product_id = sold.product_id and followed.batch = sold.batch
    left join known on known.distributor_id = sold.distributor_id
),
-- nearly all is sold by somebody who got the batch and is authorised there; only the rest is looked at closely
own as (
    select distinct
        lined.sales_month,
        lined.distributor_id,
        lined.territory_id,
        lined.product_id,
        lined.batch
    from lined
    join holders on holders.product_id = lined.product_id
        and holders.batch = lined.batch
        and holders.distributor_id = lined.distributor_id
    join covered_places on covered_places.distributor_id = lined.distributor_id
        and covered_places.territory_id = lined.territory_id
        and (covered_places.product_line is null or covered_places.product_line = lined.product_line)
        and covered_places.valid_from <= lined.last_on
        and (covered_places.valid_to is null or lined.first_on < covered_places.valid_to)
    where lined.is_followed
),
rest as (
    select lined.*
    from lined
    left join own on own.sales_month = lined.sales_month
        and own.distributor_id = lined.distributor_id
        and own.territory_id = lined.territory_id
        and own.product_id = lined.product_id
        and own.batch = lined.batch
    where lined.is_followed and own.batch is null
),
-- every holder's area must be known, else the batch may belong where nobody wrote it down
unknown_holders as (
    select distinct
        lots.product_id,
        lots.batch
    from lots
    left join known on known.distributor_id = lots.distributor_id
    where known.distributor_id is null
),
others as (
    select distinct
        rest.sales_month,
        rest.distributor_id,
        rest.territory_id,
        rest.product_id,
        rest.batch
    from rest
    join holders on holders.product_id = rest.product_id and holders.batch = rest.batch
    join covered_places on covered_places.distributor_id = holders.distributor_id
        and covered_places.territory_id = rest.territory_id
        and (covered_places.product_line is null or rest.product_line is null or covered_places.product_line = rest.product_line)
        and covered_places.valid_from <= rest.last_on
        and (covered_places.valid_to is null or rest.first_on < covered_places.valid_to)
),
strays as (
    select rest.*
    from rest
    left join others on others.sales_month = rest.sales_month
        and others.distributor_id = rest.distributor_id
        and others.territory_id = rest.territory_id
        and others.product_id = rest.product_id
        and others.batch = rest.batch
    left join unknown_holders on unknown_holders.product_id = rest.product_id and unknown_holders.batch = rest.batch
    where others.batch is null and unknown_holders.batch is null
),
judged as (
    select
        lined.sales_month,
        lined.distributor_id,
        lined.territory_id,
        lined.product_id,
        lined.product_line,
        lined.manufacturer_id,
        case
            when strays.batch is not null then 'stray'
            when lined.is_followed then 'inside'
            else 'untraced'
        end as trace,
        strays.batch,
        lined.amount,
        lined.quantity,
        lined.line_count
    from lined
    left join strays on strays.sales_month = lined.sales_month
        and strays.distributor_id = lined.distributor_id
        and strays.territory_id = lined.territory_id
        and strays.product_id = lined.product_id
        and strays.batch = lined.batch
)
select
    sales_month,
    distributor_id,
    territory_id,
    product_id,
    product_line,
    manufacturer_id,
    trace,
    batch,
    sum(amount) as sales_amount,
    sum(quantity) as sales_quantity,
    cast(sum(line_count) as bigint) as line_count
from judged
group by sales_month, distributor_id, territory_id, product_id, product_line, manufacturer_id, trace, batch
order by sales_month, distributor_id, territory_id, product_id, trace, batch
