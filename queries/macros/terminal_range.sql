-- How deep each open terminal is over the twelve months to the end of a window: what it buys of what there is and of what
-- is listed with it, how much hangs on one product, what it could buy.
create macro range_by_terminal(
    window_end, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with spans as (
        select
            cast(window_end::date - interval 12 month as date) as year_from,
            end_of_view(window_end, null) as end_on,
            months_known(window_end) as month_count
    ),
    items as (
        select
            bought.terminal_id,
            bought.product_id,
            sum(bought.bought_amount)::double as bought_amount
        from purchases_until(
            window_end, null, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
        ) as bought
        cross join spans
        where bought.sales_month >= spans.year_from
        group by bought.terminal_id, bought.product_id
        having sum(bought.bought_amount) > 0
    ),
    largest as (
        select
            terminal_id,
            arg_max(product_id, (bought_amount, product_id)) as top_product_id,
            max(bought_amount) / sum(bought_amount) as top_product_share,
            sum(bought_amount * bought_amount) / (sum(bought_amount) * sum(bought_amount)) * 10000 as product_hhi
        from items
        group by terminal_id
    ),
    listed as (
        select
            entries.terminal_id,
            count(*) as listed_count,
            count(items.product_id) as listed_bought_count
        from (
            select distinct
                listings.terminal_id,
                listings.product_id
            from listings
            join products on products.product_id = listings.product_id
            cross join spans
            where listings.stage in ('listed', 'first_order', 'regular')
                and (listings.stage_on is null or listings.stage_on < spans.end_on)
                and in_list(chosen_manufacturers, products.manufacturer_id)
                and in_list(chosen_product_lines, products.product_line)
        ) as entries
        left join items on items.terminal_id = entries.terminal_id and items.product_id = entries.product_id
        group by entries.terminal_id
    )
    select
        covered.terminal_id,
        covered.name,
        covered.type,
        covered.kind,
        covered.city,
        covered.territory_id,
        covered.grade,
        covered.is_active,
        covered.year_amount,
        covered.line_count,
        covered.product_count,
        case when covered.is_listing_known then coalesce(listed.listed_count, 0) end as listed_count,
        case when covered.is_listing_known then coalesce(listed.listed_bought_count, 0) end as listed_bought_count,
        largest.top_product_id,
        largest.top_product_share,
        largest.product_hhi,
        covered.potential_amount is null and estimates.potential_amount is not null as is_estimated,
        coalesce(
            covered.potential_amount, raised_estimate(estimates.potential_amount, covered.year_amount, spans.month_count)
        ) as potential_amount,
        case
            when covered.potential_amount is null
                then raised_estimate(estimates.low_amount, covered.year_amount, spans.month_count)
        end as potential_low_amount,
        case
            when covered.potential_amount is null
                then raised_estimate(estimates.high_amount, covered.year_amount, spans.month_count)
        end as potential_high_amount,
        covered.last_bought_on,
        covered.main_seller_id,
        spans.month_count
    from covered_terminals(
        cast(window_end::date - interval 12 month as date), window_end, null,
        chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
    ) as covered
    cross join spans
    left join largest on largest.terminal_id = covered.terminal_id
    left join listed on listed.terminal_id = covered.terminal_id
    left join estimated_potentials(chosen_manufacturers, chosen_product_lines) as estimates
        on estimates.terminal_id = covered.terminal_id
    where covered.is_open;
