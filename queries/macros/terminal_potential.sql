-- What each terminal could buy in a year where nobody supplied it: the estimate made at publish, as of the end of the data.
-- The row without a line holds all lines together; where lines are chosen only their own rows speak.
create macro estimated_potentials(chosen_manufacturers, chosen_product_lines) as table
    with chosen_lines as (
        select distinct coalesce(product_line, '') as product_line
        from products
        where in_list(chosen_manufacturers, manufacturer_id) and in_list(chosen_product_lines, product_line)
    )
    select
        terminal_id,
        sum(potential_amount) as potential_amount,
        sum(potential_low_amount) as low_amount,
        sum(potential_high_amount) as high_amount
    from potential_estimates
    where case
        when len(chosen_manufacturers::varchar[]) = 0 and len(chosen_product_lines::varchar[]) = 0 then product_line = ''
        else product_line <> '' and product_line in (select chosen_lines.product_line from chosen_lines)
    end
    group by terminal_id;
-- Months of data within the twelve up to the end of a window.
create macro months_known(window_end) as (
    select
        least(
            12,
            greatest(1, datediff('month', coalesce(spans.first_month, window_end::date - interval 1 month), window_end::date))
        )
    from (select min(flow_month) as first_month from flow_months) as spans
);
-- An estimate, or an end of its range, is never below what the terminal bought in the months looked at, taken to a year.
create macro raised_estimate(estimate, bought, month_count) as (
    case when estimate is not null then greatest(estimate, bought * 12 / month_count) end::decimal(38, 2)
);
