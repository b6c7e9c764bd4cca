-- The shipment lines behind a party or a link, latest first, with the count and sum of all of them. A party is given as kind
-- and id ('distributor:D1'); terminals also by kind ('type:hospital') or region ('region:E'), both as the flow groups them.
-- grain: one row a shipment line
-- parameters:
--   sender     varchar    ''       who shipped; empty for anybody
--   receiver   varchar    ''       who received; empty for anybody
--   maker      varchar    ''       manufacturer of the products; empty for all
--   stages     varchar[]  []       of sell_in, transfer and pure_sales; empty for all three
--   by_size    boolean    false    whether the largest come first
--   row_limit  integer    500      the most lines given
-- columns:
--   occurred_on    date           day the goods moved
--   document_no    varchar        document number
--   batch          varchar        batch
--   stage          varchar        sell_in, transfer or pure_sales
--   seller_name    varchar        who shipped
--   buyer_name     varchar        who received
--   product_name   varchar        the product
--   line_quantity  decimal(18,3)  quantity in the product's unit, negative for returns
--   unit           varchar        the unit
--   line_amount    decimal(18,2)  value, negative for returns
--   is_return      boolean        whether goods came back
--   all_count      bigint         lines there are
--   all_amount     decimal(38,2)  their sum, net of returns
--   back_amount    decimal(38,2)  returns within it, zero or negative
with staged as (
    select
        flows.occurred_on,
        flows.document_no,
        flows.batch,
        case
            when makers.manufacturer_id is not null and receivers.distributor_id is not null then 'sell_in'
            when senders.distributor_id is not null and receivers.distributor_id is not null then 'transfer'
            when (makers.manufacturer_id is not null or senders.distributor_id is not null)
                and terminals.terminal_id is not null then 'pure_sales'
            else 'unclassified'
        end as stage,
        case
            when senders.distributor_id is not null and not (makers.manufacturer_id is not null and receivers.distributor_id is not null)
                then 'distributor'
            else 'manufacturer'
        end as seller_kind,
        flows.seller_id,
        flows.buyer_id,
        coalesce(makers.name, senders.name, flows.seller_id) as seller_name,
        coalesce(receivers.name, terminals.name, flows.buyer_id) as buyer_name,
        coalesce(products.name, flows.product_id) as product_name,
        products.product_line,
        products.unit,
        coalesce(products.manufacturer_id, makers.manufacturer_id) as manufacturer_id,
        coalesce(placements.territory_id, terminals.territory_id, receivers.territory_id) as territory_id,
        terminals.type as terminal_type,
        flows.quantity,
        flows.amount,
        flows.flow_id
    from flows
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    left join products on products.product_id = flows.product_id
    left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
    left join distributors as senders on senders.distributor_id = flows.seller_id
    left join distributors as receivers on receivers.distributor_id = flows.buyer_id
    left join terminals on terminals.terminal_id = flows.buyer_id
    where flows.occurred_on >= $period_start::date
        and flows.occurred_on < $period_end::date
        and ($sender::varchar = '' or flows.seller_id = substr($sender::varchar, strpos($sender::varchar, ':') + 1))
        and (
            $receiver::varchar = ''
            or split_part($receiver::varchar, ':', 1) in ('type', 'region')
            or flows.buyer_id = substr($receiver::varchar, strpos($receiver::varchar, ':') + 1)
        )
),
chosen as (
    select staged.*
    from staged
    left join territories on territories.territory_id = staged.territory_id
    left join territory_places on territory_places.territory_id = staged.territory_id
    where staged.stage in ('sell_in', 'transfer', 'pure_sales')
        and in_list($stages, staged.stage)
        and ($sender::varchar = '' or staged.seller_kind = split_part($sender::varchar, ':', 1))
        and ($maker::varchar = '' or staged.manufacturer_id = $maker::varchar)
        and (
            $receiver::varchar = ''
            or case split_part($receiver::varchar, ':', 1)
                when 'terminal' then staged.stage = 'pure_sales'
                when 'distributor' then staged.stage <> 'pure_sales'
                when 'type' then
                    staged.stage = 'pure_sales'
                    and coalesce(staged.terminal_type, '') = substr($receiver::varchar, strpos($receiver::varchar, ':') + 1)
                when 'region' then
                    staged.stage = 'pure_sales'
                    and coalesce(territory_places.region_id, territories.territory_id, '')
                        = substr($receiver::varchar, strpos($receiver::varchar, ':') + 1)
                else false
            end
        )
        and in_territories($territories, staged.territory_id)
        and in_list($manufacturers, staged.manufacturer_id)
        and in_list($product_lines, staged.product_line)
        and (
            len($distributors::varchar[]) = 0
            or coalesce(list_contains($distributors::varchar[], staged.seller_id), false)
            or coalesce(list_contains($distributors::varchar[], staged.buyer_id), false)
        )
),
totals as (
    select
        count(*) as all_count,
        sum(amount) as all_amount,
        sum(case when amount < 0 then amount else 0 end) as back_amount
    from chosen
),
shown as (
    select *
    from chosen
    order by case when $by_size::boolean then abs(amount) end desc nulls last, occurred_on desc, flow_id desc
    limit $row_limit::integer
)
select
    shown.occurred_on,
    shown.document_no,
    shown.batch,
    shown.stage,
    shown.seller_name,
    shown.buyer_name,
    shown.product_name,
    shown.quantity as line_quantity,
    shown.unit,
    shown.amount as line_amount,
    shown.amount < 0 or shown.quantity < 0 as is_return,
    totals.all_count,
    cast(totals.all_amount as decimal(38, 2)) as all_amount,
    cast(totals.back_amount as decimal(38, 2)) as back_amount
from shown
cross join totals
order by case when $by_size::boolean then abs(shown.amount) end desc nulls last, shown.occurred_on desc, shown.flow_id desc
