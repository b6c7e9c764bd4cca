-- The shipment lines behind a unit's pure sales, the largest first; a rep's or manager's with the part credited.
-- grain: one row a shipment line
-- parameters:
--   kind         varchar  territory     territory, distributor, rep, manager, product_line or terminal
--   unit         varchar  ''            the unit; empty for what has none
--   lines_start  date     period_start  first day
--   lines_end    date     period_end    first day no longer listed
--   row_limit    bigint   500           lines at most
-- columns:
--   occurred_on      date           day of the line
--   seller_name      varchar        who sold
--   terminal_name    varchar        who bought
--   product_name     varchar        what
--   sales_quantity   decimal(18,3)  quantity
--   sales_amount     decimal(18,2)  value
--   credited_amount  decimal(38,2)  the part credited; the value itself but for reps and managers
--   document_no      varchar        document
--   flow_id          varchar        the line
--   all_count        bigint         lines behind the unit, those beyond the limit included
--   all_amount       decimal(38,2)  what they credit together
with sold as (
    select
        flows.*,
        products.name as product_name,
        coalesce(products.product_line, '') as product_line,
        terminals.name as terminal_name,
        coalesce(senders.name, makers.name) as seller_name,
        coalesce(senders.distributor_id, '') as distributor_id,
        coalesce(placements.territory_id, terminals.territory_id) as territory_id
    from flows
    join terminals on terminals.terminal_id = flows.buyer_id
    left join distributors as senders on senders.distributor_id = flows.seller_id
    left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
    left join products on products.product_id = flows.product_id
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    where flows.occurred_on >= $lines_start::date
        and flows.occurred_on < $lines_end::date
        and (senders.distributor_id is not null or makers.manufacturer_id is not null)
        and flows.buyer_id not in (select receivers.distributor_id from distributors as receivers)
        and in_list($distributors, senders.distributor_id)
        and in_list($manufacturers, coalesce(products.manufacturer_id, makers.manufacturer_id))
        and in_list($product_lines, products.product_line)
        and in_territories($territories, coalesce(placements.territory_id, terminals.territory_id))
),
people as (
    select rep_id
    from rep_closure
    where $kind = 'manager' and ancestor_id = $unit
    union
    select $unit
    where $kind in ('rep', 'manager')
),
credited as (
    select
        sold.*,
        case
            when $kind not in ('rep', 'manager') then 1::double
            when $unit = '' then 1 - coalesce(shares.all_share, 0)
            else coalesce(shares.chosen_share, 0)
        end as part
    from sold
    left join lateral (
        select
            sum(credit_shares.credit_share::double / credit_shares.divisor_share::double) as all_share,
            sum(
                case
                    when credit_shares.rep_id in (select people.rep_id from people)
                        then credit_shares.credit_share::double / credit_shares.divisor_share::double
                end
            ) as chosen_share
        from credit_shares
        where $kind in ('rep', 'manager')
            and credit_shares.terminal_id = sold.buyer_id
            and credit_shares.product_line = sold.product_line
            and credit_shares.credited_from <= sold.occurred_on
            and (credit_shares.credited_to is null or sold.occurred_on < credit_shares.credited_to)
    ) as shares on true
    where case $kind
        when 'territory' then $unit = '' or in_territories([$unit], sold.territory_id)
        when 'distributor' then sold.distributor_id = $unit
        when 'product_line' then sold.product_line = $unit
        when 'terminal' then sold.buyer_id = $unit
        else true
    end
)
select
    occurred_on,
    seller_name,
    terminal_name,
    product_name,
    quantity as sales_quantity,
    amount as sales_amount,
    (amount::double * part)::decimal(38, 2) as credited_amount,
    document_no,
    flow_id,
    count(*) over () as all_count,
    sum((amount::double * part)::decimal(38, 2)) over ()::decimal(38, 2) as all_amount
from credited
where abs(part) > 1e-9
order by abs(amount) desc, flow_id
limit $row_limit::bigint
