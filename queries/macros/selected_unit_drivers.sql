-- The territories whose change is explained: provinces, regions where they have none; below a chosen territory its parts.
create macro explained_places(territories) as table
    select
        places.territory_id,
        coalesce(nullif(places.province_id, ''), nullif(places.region_id, ''), '') as unit_id
    from territory_places as places
    where len(territories::varchar[]) <> 1
    union all
    select
        closure.territory_id,
        below.territory_id as unit_id
    from territories as below
    join territory_closure as closure on closure.ancestor_id = below.territory_id
    where len(territories::varchar[]) = 1 and below.parent_id = (territories::varchar[])[1];
-- Unit × terminal × product in the window looked at and the one compared with, returns apart, each classed by what it is
-- to the bridge. Units are those of $by: whole, territory (those compared), place (those explained), distributor or
-- product_line. What a terminal bought of another unit before, or buys of another now, has only moved.
create macro driven_items(
    by_unit, period_start, period_end, base_start, base_end, base_cut_month, territories, manufacturers, product_lines, distributors
) as table
    with compared as (
        select
            sales.terminal_id,
            sales.product_id,
            sales.product_line,
            sales.territory_id,
            sales.distributor_id,
            sales.base_amount,
            sales.base_quantity,
            sales.current_amount,
            sales.current_quantity,
            0::decimal(38, 2) as base_return_amount,
            0::decimal(38, 2) as current_return_amount
        from compared_sales(
            period_start, period_end, base_start, base_end, base_cut_month,
            territories, manufacturers, product_lines, distributors
        ) as sales
        union all
        -- what was returned is taken out of what was sold and stands beside it
        select
            returned.terminal_id,
            returned.product_id,
            returned.product_line,
            returned.territory_id,
            returned.distributor_id,
            case
                when returned.sales_month < base_start::date or returned.sales_month >= base_end::date then 0
                when returned.sales_month = base_cut_month::date then -returned.to_day_return_amount
                else -returned.return_amount
            end,
            case
                when returned.sales_month < base_start::date or returned.sales_month >= base_end::date then 0
                when returned.sales_month = base_cut_month::date then -returned.to_day_return_quantity
                else -returned.return_quantity
            end,
            case
                when returned.sales_month >= period_start::date and returned.sales_month < period_end::date then -returned.return_amount
                else 0
            end,
            case
                when returned.sales_month >= period_start::date and returned.sales_month < period_end::date then -returned.return_quantity
                else 0
            end,
            case
                when returned.sales_month < base_start::date or returned.sales_month >= base_end::date then 0
                when returned.sales_month = base_cut_month::date then returned.to_day_return_amount
                else returned.return_amount
            end,
            case
                when returned.sales_month >= period_start::date and returned.sales_month < period_end::date then returned.return_amount
                else 0
            end
        from return_months as returned
        where in_territories(territories, returned.territory_id)
            and in_list(manufacturers, returned.manufacturer_id)
            and in_list(product_lines, returned.product_line)
            and in_list(distributors, returned.distributor_id)
    ),
    places as (
        select territory_id, unit_id
        from explained_places(territories)
        where by_unit = 'place'
        union all
        select closure.territory_id, listed.unit_id
        from compared_units(territories) as listed
        join territory_closure as closure on closure.ancestor_id = listed.unit_id
        where by_unit = 'territory'
    ),
    items as (
        select
            case by_unit
                when 'distributor' then coalesce(compared.distributor_id, '')
                when 'product_line' then coalesce(compared.product_line, '')
                else coalesce(places.unit_id, '')
            end as unit_id,
            compared.terminal_id,
            compared.product_id,
            coalesce(compared.product_line, '') as product_line,
            coalesce(products.unit, '') as family,
            sum(compared.base_amount) as base_amount,
            sum(compared.base_quantity) as base_quantity,
            sum(compared.current_amount) as current_amount,
            sum(compared.current_quantity) as current_quantity,
            sum(compared.base_return_amount) as base_return_amount,
            sum(compared.current_return_amount) as current_return_amount
        from compared
        left join places on places.territory_id = compared.territory_id
        left join products on products.product_id = compared.product_id
        group by all
    ),
    seen as (
        select
            *,
            sum(abs(base_amount)) over (partition by terminal_id) > 0 as terminal_had,
            sum(abs(current_amount)) over (partition by terminal_id) > 0 as terminal_has,
            sum(abs(base_amount)) over (partition by terminal_id, product_id) > 0 as item_had,
            sum(abs(current_amount)) over (partition by terminal_id, product_id) > 0 as item_has
        from items
    )
    select
        *,
        case
            when base_amount = 0 and current_amount = 0 then 'nothing'
            when base_amount = 0 and item_had then 'moved'
            when base_amount = 0 and not terminal_had then 'new_terminals'
            when base_amount = 0 then 'new_products'
            when current_amount = 0 and item_has then 'moved'
            when current_amount = 0 and not terminal_has then 'lost_terminals'
            when current_amount = 0 then 'lost_products'
            when base_quantity > 0 and current_quantity > 0 then 'kept'
            else 'corrections'
        end as class
    from seen;
-- The drivers of the change by unit, product line and terminal: price at the new quantity, volume at the average price
-- before of all kept products of the same unit of measure, mix the rest; to the cent, so that they add up exactly.
-- Both totals come along as base and current.
create macro driver_parts(
    by_unit, period_start, period_end, base_start, base_end, base_cut_month, territories, manufacturers, product_lines, distributors
) as table
    with classed as materialized (
        select *
        from driven_items(
            by_unit, period_start, period_end, base_start, base_end, base_cut_month,
            territories, manufacturers, product_lines, distributors
        )
    ),
    mean_prices as (
        select
            family,
            sum(base_amount)::double / nullif(sum(base_quantity)::double, 0) as mean_price
        from classed
        where class = 'kept'
        group by family
    ),
    kept as (
        select
            classed.unit_id,
            classed.terminal_id,
            classed.product_id,
            classed.product_line,
            (classed.current_amount - classed.base_amount)::decimal(38, 2) as change_amount,
            (
                classed.current_amount::double
                - classed.base_amount::double / nullif(classed.base_quantity::double, 0) * classed.current_quantity::double
            )::decimal(38, 2) as price_amount,
            ((classed.current_quantity - classed.base_quantity)::double * mean_prices.mean_price)::decimal(38, 2) as volume_amount
        from classed
        join mean_prices on mean_prices.family = classed.family
        where classed.class = 'kept'
    )
    select unit_id, terminal_id, product_id, product_line, 'price' as driver, price_amount as change_amount
    from kept
    union all
    select unit_id, terminal_id, product_id, product_line, 'volume', volume_amount
    from kept
    union all
    select unit_id, terminal_id, product_id, product_line, 'mix', (change_amount - price_amount - volume_amount)::decimal(38, 2)
    from kept
    union all
    select unit_id, terminal_id, product_id, product_line, class, (current_amount - base_amount)::decimal(38, 2)
    from classed
    where class not in ('kept', 'nothing')
    union all
    select unit_id, terminal_id, product_id, product_line, 'returned', (current_return_amount - base_return_amount)::decimal(38, 2)
    from classed
    where current_return_amount <> base_return_amount
    union all
    select unit_id, terminal_id, product_id, product_line, 'base', base_amount + base_return_amount
    from classed
    union all
    select unit_id, terminal_id, product_id, product_line, 'current', current_amount + current_return_amount
    from classed;
