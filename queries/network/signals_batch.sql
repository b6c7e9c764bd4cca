-- To check: batches sold where nobody the maker shipped them to is authorised, by seller. Judged in the mart batch_months;
-- batches that cannot be followed say nothing.
-- grain: one row a distributor
-- parameters:
--   least_lines  integer  5  shipment lines
-- columns:
--   distributor_id    varchar        the distributor that sold them
--   subject_id        varchar        the batch that most was sold of
--   other_names       varchar        the next two batches
--   sales_amount      decimal(38,2)  pure sales of these batches
--   measure           double         of them the share that lay inside the seller's own authorisation
--   product_count     bigint         products
--   batch_count       bigint         batches
--   shipped_to_name   varchar        the distributor that the maker shipped most of the first batch to
--   shipped_to_count  bigint         distributors it shipped that batch to
--   zone_name         varchar        the territory that most was sold in
--   line_count        bigint         shipment lines
with strays as (
    select
        distributor_id,
        product_id,
        product_line,
        territory_id,
        batch,
        sum(sales_amount) as amount,
        sum(line_count) as line_count
    from batch_months
    where trace = 'stray'
        and sales_month >= $period_start::date
        and sales_month < $period_end::date
        and in_territories($territories, territory_id)
        and in_list($manufacturers, manufacturer_id)
        and in_list($product_lines, product_line)
        and in_list($distributors, distributor_id)
    group by distributor_id, product_id, product_line, territory_id, batch
),
totals as (
    select
        distributor_id,
        sum(amount) as amount,
        count(distinct product_id) as product_count,
        sum(line_count) as line_count
    from strays
    group by distributor_id
    having sum(amount) > 0 and sum(line_count) >= $least_lines::integer
),
batches as (
    select
        distributor_id,
        product_id,
        batch,
        row_number() over (partition by distributor_id order by sum(amount) desc, batch) as place
    from strays
    group by distributor_id, product_id, batch
),
named as (
    select
        distributor_id,
        count(*) as batch_count,
        max(case when place = 1 then batch end) as subject_id,
        max(case when place = 1 then product_id end) as product_id,
        string_agg(batch, '|' order by place) filter (where place in (2, 3)) as other_names
    from batches
    group by distributor_id
),
places as (
    select
        strays.distributor_id,
        arg_max(coalesce(territories.name, strays.territory_id), strays.amount) as zone_name
    from strays
    left join territories on territories.territory_id = strays.territory_id
    group by strays.distributor_id
),
lots as (
    select
        named.distributor_id,
        flows.buyer_id as holder_id,
        sum(flows.quantity) as quantity
    from named
    join totals on totals.distributor_id = named.distributor_id
    join flows on flows.product_id = named.product_id and flows.batch = named.subject_id
    join manufacturers on manufacturers.manufacturer_id = flows.seller_id
    join distributors on distributors.distributor_id = flows.buyer_id
    group by named.distributor_id, flows.buyer_id
    having sum(flows.quantity) > 0
),
holders as (
    select
        lots.distributor_id,
        arg_max(distributors.name, lots.quantity) as shipped_to_name,
        count(*) as shipped_to_count
    from lots
    join distributors on distributors.distributor_id = lots.holder_id
    group by lots.distributor_id
),
permitted as (
    select
        strays.distributor_id,
        sum(strays.amount) as amount
    from strays
    where exists (
        select 1
        from authorisations
        join territory_closure on territory_closure.ancestor_id = authorisations.territory_id
        where authorisations.distributor_id = strays.distributor_id
            and territory_closure.territory_id = strays.territory_id
            and (nullif(authorisations.product_line, '') is null or authorisations.product_line = strays.product_line)
            and authorisations.valid_from < $period_end::date
            and (authorisations.valid_to is null or $period_start::date < authorisations.valid_to)
    )
    group by strays.distributor_id
)
select
    totals.distributor_id,
    named.subject_id,
    named.other_names,
    cast(totals.amount as decimal(38, 2)) as sales_amount,
    coalesce(permitted.amount / totals.amount, 0) as measure,
    totals.product_count,
    named.batch_count,
    holders.shipped_to_name,
    coalesce(holders.shipped_to_count, 0) as shipped_to_count,
    places.zone_name,
    cast(totals.line_count as bigint) as line_count
from totals
join named on named.distributor_id = totals.distributor_id
join places on places.distributor_id = totals.distributor_id
left join holders on holders.distributor_id = totals.distributor_id
left join permitted on permitted.distributor_id = totals.distributor_id
order by totals.amount desc, totals.distributor_id
