-- What terminals bought in a window, whoever sold it, and where most of it came from. The distributor filter is left out
-- on purpose: looked at alone, every distributor would seem to be its terminals' only source.
create macro purchases_in(window_start, window_end, cut_month, territories, manufacturers, product_lines) as table
    select
        terminal_id,
        seller_id,
        distributor_id,
        -- a terminal that moved between territories is one customer still, placed where it bought last
        max_by(territory_id, sales_month) as territory_id,
        sum(case when sales_month = cut_month::date then to_day_amount else sales_amount end) as bought_amount
    from selected_sales(territories, manufacturers, product_lines, []::varchar[])
    where sales_month >= window_start::date and sales_month < window_end::date
    group by terminal_id, seller_id, distributor_id;
-- One row a terminal with net purchases above zero. A source's share is taken over the sellers with net sales above zero,
-- so it lies between 0 and 1 where returns to one seller exceed what was bought from it.
create macro terminal_sources(window_start, window_end, cut_month, territories, manufacturers, product_lines) as table
    with ranked as (
        select
            *,
            sum(bought_amount) over (partition by terminal_id) as terminal_amount,
            sum(greatest(bought_amount, 0)) over (partition by terminal_id) as gross_amount,
            sum(case when bought_amount > 0 then 1 else 0 end) over (partition by terminal_id) as source_count,
            row_number() over (partition by terminal_id order by bought_amount desc, seller_id) as place
        from purchases_in(window_start, window_end, cut_month, territories, manufacturers, product_lines)
    )
    select
        terminal_id,
        territory_id,
        terminal_amount,
        seller_id as source_id,
        distributor_id as source_distributor_id,
        bought_amount as source_amount,
        bought_amount / nullif(gross_amount, 0) as source_share,
        cast(source_count as bigint) as source_count
    from ranked
    where place = 1 and terminal_amount > 0;
