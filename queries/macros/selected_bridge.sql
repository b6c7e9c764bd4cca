-- Terminal × product in the window looked at and the one compared with, each classed by what it is to the bridge:
-- new, lost, kept, or a correction where no price can be told. One place for both the bridge and the terminals behind it.
create macro bridged_items(
    period_start, period_end, base_start, base_end, base_cut_month, territories, manufacturers, product_lines, distributors
) as table
    with items as (
        select
            compared.terminal_id,
            compared.product_id,
            coalesce(products.unit, '') as unit,
            sum(compared.base_amount) as base_amount,
            sum(compared.base_quantity) as base_quantity,
            sum(compared.current_amount) as current_amount,
            sum(compared.current_quantity) as current_quantity
        from compared_sales(
            period_start, period_end, base_start, base_end, base_cut_month,
            territories, manufacturers, product_lines, distributors
        ) as compared
        left join products on products.product_id = compared.product_id
        group by compared.terminal_id, compared.product_id, coalesce(products.unit, '')
    ),
    terminals_seen as (
        select
            terminal_id,
            bool_or(base_amount <> 0) as had_before,
            bool_or(current_amount <> 0) as has_now
        from items
        group by terminal_id
    )
    select
        items.*,
        case
            when items.base_amount = 0 and items.current_amount = 0 then 'nothing'
            when items.base_amount < 0 or (items.base_amount = 0 and items.current_amount < 0) then 'corrections'
            when items.base_amount = 0 and not terminals_seen.had_before then 'new_terminals'
            when items.base_amount = 0 then 'new_products'
            when items.current_amount = 0 and not terminals_seen.has_now then 'lost_terminals'
            when items.current_amount = 0 then 'lost_products'
            when items.base_quantity > 0 and items.current_quantity > 0 then 'kept'
            else 'corrections'
        end as class
    from items
    join terminals_seen on terminals_seen.terminal_id = items.terminal_id;
