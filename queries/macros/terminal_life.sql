-- Customers in a month of their life, under the filters. Their state and value are always those of everything they buy; lines,
-- makers or distributors chosen keep the customers who bought of them in the year up to their last order. The territory is
-- the one a terminal belongs to today.
create macro life_month_of(window_end, cut_month) as (
    cast(date_trunc('month', end_of_view(window_end, cut_month) - 1) as date)
);
create macro customers_in_months(
    first_wanted, last_wanted, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with here as (
        select life_months.*
        from life_months
        join terminals as institutions on institutions.terminal_id = life_months.terminal_id
        where life_months.life_month >= first_wanted::date
            and life_months.life_month <= last_wanted::date
            and in_territories(chosen_territories, institutions.territory_id)
    ),
    sold as (
        select distinct
            terminal_id,
            sales_month
        from selected_sales([]::varchar[], chosen_manufacturers, chosen_product_lines, chosen_distributors)
        where last_bought_on is not null
    )
    -- two branches, of which one is left out before anything is read: nobody's purchases are looked up where nothing is chosen
    select here.*
    from here
    where len(chosen_manufacturers::varchar[]) = 0
        and len(chosen_product_lines::varchar[]) = 0
        and len(chosen_distributors::varchar[]) = 0
    union all
    select here.*
    from here
    where (
            len(chosen_manufacturers::varchar[]) > 0
            or len(chosen_product_lines::varchar[]) > 0
            or len(chosen_distributors::varchar[]) > 0
        )
        and exists (
            select 1
            from sold
            where sold.terminal_id = here.terminal_id
                and sold.sales_month <= here.life_month
                and sold.sales_month > date_trunc('month', here.last_order_on) - interval 12 month
        );
-- The states of the same customers at two ends of a time; empty where one had not ordered, or not of what is chosen.
create macro moved_customers(
    start_wanted, end_wanted, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with present as (
        select *
        from customers_in_months(
            end_wanted, end_wanted, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
        )
    )
    select
        present.terminal_id,
        before.state as from_state,
        present.state as to_state,
        present.stake_amount
    from present
    left join life_months as before on before.terminal_id = present.terminal_id and before.life_month = start_wanted::date;
