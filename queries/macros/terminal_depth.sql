-- Where each terminal stands at the end of a window: reached or not, how deep, and in which state of its life.
-- The first day after what is looked at: the window's end, the end of the data, or the cut of a partial month.
create macro end_of_view(window_end, cut_month) as (
    select
        case
            when cut_month::date is null then least(window_end::date, workspace.data_through_on + 1)
            else least(window_end::date, cut_month::date + extract(day from workspace.data_through_on)::integer)
        end
    from workspace
);
-- Pure sales under the filters up to the end of a window, with the day of the last line above zero. Flows that carry
-- months only count as of their month's last day.
create macro purchases_until(
    window_end, cut_month, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with view_end as (
        select
            end_of_view(window_end, cut_month) as end_on,
            is_monthly
        from workspace
    ),
    purchases as (
        select
            sales.sales_month,
            sales.terminal_id,
            sales.seller_id,
            sales.product_id,
            sales.product_line,
            case when sales.sales_month = cut_month::date then sales.to_day_amount else sales.sales_amount end as bought_amount,
            case
                when sales.last_bought_on is null then null
                when sales.sales_month = cut_month::date and sales.to_day_amount <= 0 then null
                when view_end.is_monthly then last_day(sales.sales_month)
                else least(sales.last_bought_on, view_end.end_on - 1)
            end as bought_on
        from selected_sales(chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors) as sales
        cross join view_end
        where sales.sales_month < view_end.end_on
    )
    select * from purchases;
-- The same by terminal, seller and month: the whole past at once, from the mart without products where all of them count.
create macro orders_until(
    window_end, cut_month, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with view_end as (
        select
            end_of_view(window_end, cut_month) as end_on,
            is_monthly
        from workspace
    ),
    orders as (
        select
            sales.terminal_id,
            sales.seller_id,
            sales.sales_month,
            case when sales.sales_month = cut_month::date then sales.to_day_amount else sales.sales_amount end as bought_amount,
            case when sales.sales_month = cut_month::date then sales.last_by_day_on else sales.last_bought_on end as last_on
        from terminal_months as sales
        where len(chosen_manufacturers::varchar[]) = 0
            and len(chosen_product_lines::varchar[]) = 0
            and in_territories(chosen_territories, sales.territory_id)
            and in_list(chosen_distributors, sales.distributor_id)
        union all
        select
            sales.terminal_id,
            sales.seller_id,
            sales.sales_month,
            sum(case when sales.sales_month = cut_month::date then sales.to_day_amount else sales.sales_amount end) as bought_amount,
            max(case when sales.sales_month = cut_month::date and sales.to_day_amount <= 0 then null else sales.last_bought_on end) as last_on
        from selected_sales(chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors) as sales
        where len(chosen_manufacturers::varchar[]) > 0 or len(chosen_product_lines::varchar[]) > 0
        group by sales.terminal_id, sales.seller_id, sales.sales_month
    )
    select
        orders.terminal_id,
        orders.seller_id,
        orders.sales_month,
        orders.bought_amount,
        case
            when orders.last_on is null then null
            when view_end.is_monthly then last_day(orders.sales_month)
            else least(orders.last_on, view_end.end_on - 1)
        end as bought_on
    from orders
    cross join view_end
    where orders.sales_month < view_end.end_on;
-- What there is to buy: lines and products that anyone bought in the window under the filters, whatever the territory.
-- Depth is counted in product lines, in products where there are fewer than three lines.
create macro range_offered(
    window_start, window_end, cut_month, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with bought as (
        select
            product_id,
            product_line
        from purchases_until(
            window_end, cut_month, []::varchar[], chosen_manufacturers, chosen_product_lines, chosen_distributors
        )
        where sales_month >= window_start::date
        group by product_id, product_line
        having sum(bought_amount) > 0
    ),
    counted as (
        select
            count(distinct product_line) as line_count,
            count(*) as product_count
        from bought
    )
    select
        line_count,
        product_count,
        case when line_count >= 3 then 'line' when product_count >= 3 then 'product' end as depth_unit,
        case when line_count >= 3 then line_count else product_count end as range_count
    from counted;
-- One row a terminal that was open in the window and lies in the slice. With distributors chosen the slice is where
-- they may sell on the last day, and whomever they have sold to.
create macro covered_terminals(
    window_start, window_end, cut_month,
    chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with view_end as (
        select
            end_on,
            cast(date_trunc('month', end_on - 1) as date) as last_month,
            cast(window_end::date - interval 12 month as date) as year_from
        from (select end_of_view(window_end, cut_month) as end_on) as ending
    ),
    target_list as (
        select count(is_target) > 0 as is_known
        from terminals
    ),
    listing_list as (
        select count(*) > 0 as is_known
        from listings
    ),
    -- the whole past is read once, by seller and month; products matter in the window only
    links as materialized (
        select *
        from orders_until(
            window_end, cut_month, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
        )
    ),
    items as materialized (
        select
            terminal_id,
            product_id,
            product_line,
            sum(bought_amount) as bought_amount
        from purchases_until(
            window_end, cut_month, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
        )
        where sales_month >= window_start::date
        group by terminal_id, product_id, product_line
    ),
    open_terminals as (
        select
            institutions.*,
            coalesce(institutions.is_target, false) or not target_list.is_known as is_counted,
            institutions.closed_on is null or institutions.closed_on >= view_end.end_on as is_open
        from terminals as institutions
        cross join view_end
        cross join target_list
        where in_territories(chosen_territories, institutions.territory_id)
            and (institutions.opened_on is null or institutions.opened_on < view_end.end_on)
            and (institutions.closed_on is null or institutions.closed_on > window_start::date)
            and (
                len(chosen_distributors::varchar[]) = 0
                or institutions.terminal_id in (
                    select served.terminal_id
                    from links as served
                    -- without it everybody is gathered where nothing is asked
                    where len(chosen_distributors::varchar[]) > 0
                )
                or institutions.territory_id in (
                    select below.territory_id
                    from authorisations as granted
                    join territory_closure as below on below.ancestor_id = granted.territory_id
                    cross join view_end as ending
                    where list_contains(chosen_distributors::varchar[], granted.distributor_id)
                        and granted.valid_from < ending.end_on
                        and (granted.valid_to is null or granted.valid_to >= ending.end_on)
                        and (granted.product_line is null or in_list(chosen_product_lines, granted.product_line))
                )
            )
    ),
    grades as (
        select
            terminal_grades.terminal_id,
            arg_max(terminal_grades.grade, terminal_grades.valid_from) as grade
        from terminal_grades
        cross join view_end
        where terminal_grades.valid_from < view_end.end_on
            and (terminal_grades.valid_to is null or terminal_grades.valid_to >= view_end.end_on)
        group by terminal_grades.terminal_id
    ),
    products_bought as (
        select
            terminal_id,
            count(*) as product_count
        from items
        where bought_amount > 0
        group by terminal_id
    ),
    lines_bought as (
        select
            terminal_id,
            count(*) as line_count
        from (
            select
                terminal_id,
                product_line
            from items
            where product_line is not null
            group by terminal_id, product_line
            having sum(bought_amount) > 0
        ) as bought
        group by terminal_id
    ),
    history as materialized (
        select
            links.terminal_id,
            coalesce(sum(links.bought_amount) filter (where links.sales_month >= window_start::date), 0) as sales_amount,
            coalesce(sum(links.bought_amount) filter (where links.sales_month >= view_end.year_from), 0) as year_amount,
            max(links.bought_on) as last_bought_on,
            -- months as dates: compared with every link, so worked out once a terminal
            cast(date_trunc('month', max(links.bought_on)) as date) as last_month,
            cast(date_trunc('month', max(links.bought_on)) - interval 12 month as date) as year_before,
            coalesce(
                min(links.sales_month) filter (where links.bought_on is not null)
                < max(links.sales_month) filter (where links.bought_on is not null),
                false
            ) as is_repeated
        from links
        cross join view_end
        group by links.terminal_id
    ),
    -- the year up to the last order, and what came after it, by seller: every month of the past is looked up once
    latest_links as (
        select
            links.terminal_id,
            links.seller_id,
            sum(links.bought_amount) as bought_amount,
            sum(links.bought_amount) filter (where links.sales_month <= history.last_month) as last_year_amount
        from links
        join history on history.terminal_id = links.terminal_id
        where links.sales_month > history.year_before
        group by links.terminal_id, links.seller_id
    ),
    -- what is at stake where the orders stopped, and who sold most
    last_years as (
        select
            terminal_id,
            sum(last_year_amount) as last_year_amount,
            arg_min(seller_id, (-bought_amount, seller_id)) as main_seller_id
        from latest_links
        group by terminal_id
    ),
    chosen_lines as (
        select distinct product_line
        from products
        where in_list(chosen_manufacturers, manufacturer_id) and in_list(chosen_product_lines, product_line)
    ),
    -- a row without a line holds all lines together; where lines are chosen only their own rows speak
    yearly_potentials as (
        select
            terminal_id,
            year,
            coalesce(
                sum(potential_amount) filter (where is_everything and product_line = ''),
                sum(potential_amount) filter (where product_line <> '')
            ) as potential_amount
        from (
            select
                potentials.terminal_id,
                potentials.year,
                potentials.potential_amount,
                coalesce(potentials.product_line, '') as product_line,
                len(chosen_manufacturers::varchar[]) = 0 and len(chosen_product_lines::varchar[]) = 0 as is_everything
            from potentials
        ) as given
        where is_everything or product_line in (select product_line from chosen_lines)
        group by terminal_id, year
    ),
    -- the year's own, else the latest before it, else the first after
    potentials_in_force as (
        select
            yearly_potentials.terminal_id,
            arg_min(
                yearly_potentials.potential_amount,
                case
                    when yearly_potentials.year <= extract(year from view_end.end_on - 1)
                        then extract(year from view_end.end_on - 1) - yearly_potentials.year
                    else 10000 + yearly_potentials.year
                end
            ) as potential_amount
        from yearly_potentials
        cross join view_end
        group by yearly_potentials.terminal_id
    ),
    listed as (
        select distinct listings.terminal_id
        from listings
        join products on products.product_id = listings.product_id
        cross join view_end
        where listings.stage in ('listed', 'first_order', 'regular')
            and (listings.stage_on is null or listings.stage_on < view_end.end_on)
            and in_list(chosen_manufacturers, products.manufacturer_id)
            and in_list(chosen_product_lines, products.product_line)
    ),
    facts as (
        select
            open_terminals.terminal_id,
            open_terminals.name,
            open_terminals.type,
            open_terminals.level,
            open_terminals.territory_id,
            open_terminals.city,
            open_terminals.is_counted,
            open_terminals.is_open,
            target_list.is_known as is_target_known,
            listing_list.is_known as is_listing_known,
            grades.grade,
            coalesce(history.sales_amount, 0)::decimal(38, 2) as sales_amount,
            coalesce(history.sales_amount, 0) > 0 as is_active,
            coalesce(history.year_amount, 0)::decimal(38, 2) as year_amount,
            coalesce(products_bought.product_count, 0) as product_count,
            coalesce(lines_bought.line_count, 0) as line_count,
            case
                when offered.depth_unit = 'line' then coalesce(lines_bought.line_count, 0)
                else coalesce(products_bought.product_count, 0)
            end as depth_count,
            offered.depth_unit,
            offered.range_count,
            history.last_bought_on,
            history.last_bought_on is not null as has_ordered,
            coalesce(history.is_repeated, false) as is_repeated,
            last_years.main_seller_id,
            -- of the customer on everything it buys, whatever is selected; closed ones have none of the others
            life_months.state as life_state,
            last_years.last_year_amount,
            potentials_in_force.potential_amount::decimal(38, 2) as potential_amount,
            listed.terminal_id is not null or history.last_bought_on is not null as is_listed
        from open_terminals
        cross join view_end
        cross join target_list
        cross join listing_list
        cross join range_offered(
            window_start, window_end, cut_month, chosen_manufacturers, chosen_product_lines, chosen_distributors
        ) as offered
        left join grades on grades.terminal_id = open_terminals.terminal_id
        left join history on history.terminal_id = open_terminals.terminal_id
        left join products_bought on products_bought.terminal_id = open_terminals.terminal_id
        left join lines_bought on lines_bought.terminal_id = open_terminals.terminal_id
        left join last_years on last_years.terminal_id = open_terminals.terminal_id
        left join life_months
            on life_months.terminal_id = open_terminals.terminal_id and life_months.life_month = view_end.last_month
        left join potentials_in_force on potentials_in_force.terminal_id = open_terminals.terminal_id
        left join listed on listed.terminal_id = open_terminals.terminal_id
    ),
    -- the kind a terminal is compared within: its type, or its level where all are of one type; beyond six, 'other'
    kinds as (
        select
            terminal_id,
            coalesce(case when type_count > 1 then type else coalesce(level, type) end, '') as kind
        from facts
        cross join (select count(distinct type) as type_count from facts where is_counted) as types
    ),
    large_kinds as (
        select kinds.kind
        from kinds
        join facts on facts.terminal_id = kinds.terminal_id and facts.is_counted
        group by kinds.kind
        order by count(*) desc, kinds.kind
        limit 6
    )
    -- the highest step of the ladder, each standing on all below it: 1 known, 2 target, 3 listed, 4 ordered, 5 bought in
    -- the window, 6 bought in two months or more, 7 three lines or more, 8 the full range
    select
        facts.*,
        case when large_kinds.kind is null then 'other' else kinds.kind end as kind,
        case
            when not is_counted then 1
            when is_listing_known and not is_listed then 2
            when not has_ordered then case when is_listing_known then 3 when is_target_known then 2 else 1 end
            when not is_active then 4
            when not is_repeated then 5
            when depth_unit is null or depth_count < 3 then 6
            when depth_count < range_count then 7
            else 8
        end as step_number
    from facts
    join kinds on kinds.terminal_id = facts.terminal_id
    left join large_kinds on large_kinds.kind = kinds.kind;
