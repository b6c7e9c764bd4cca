-- Records of calls that somebody should look at again, a row a record and rule; what is behind one may be in perfect order.
-- Judged are the calls of the window under the filters; where it reaches the last month of data, all later ones as well.
-- Rules on days need records with days: not all on the first of a month. Days off are no rule where more than one call in
-- five lies on one: then weekends are worked here.
create macro visits_to_review(
    window_start, window_end, most_a_day, supply_days, least_block, most_km, chosen_territories, chosen_distributors
) as table
    with calls as (
        select
            calls.*,
            terminals.name as terminal_name,
            terminals.territory_id,
            terminals.opened_on,
            terminals.closed_on,
            terminals.longitude,
            terminals.latitude,
            calls.visited_on >= window_start::date
            and (calls.visited_on < window_end::date or window_end::date > workspace.data_month)
            and in_territories(chosen_territories, terminals.territory_id)
            and (
                len(chosen_distributors::varchar[]) = 0
                or coalesce(list_contains(chosen_distributors::varchar[], calls.distributor_id), false)
                or coalesce(list_contains(chosen_distributors::varchar[], calls.own_distributor_id), false)
            ) as is_here,
            calls.visited_on > workspace.data_through_on as is_after_data,
            coalesce(calls.is_prepared and calls.is_goal_set and calls.is_goal_met and calls.is_reviewed, false) as is_full,
            calls.is_prepared is not null
            or calls.is_goal_set is not null
            or calls.is_goal_met is not null
            or calls.is_reviewed is not null as has_steps
        from all_calls() as calls
        join terminals on terminals.terminal_id = calls.terminal_id
        cross join workspace
    ),
    usual as (
        select
            count(distinct extract(day from calls.visited_on)) > 2 as has_days,
            coalesce(avg((not working_days.is_working_day)::integer), 0) <= 0.2 as has_days_off
        from calls
        left join working_days on working_days.day_on = calls.visited_on
    ),
    counted as (
        select
            calls.*,
            count(*) over (partition by calls.rep_id, calls.visited_on) as day_count,
            row_number() over (partition by calls.rep_id, calls.terminal_id, calls.visited_on order by calls.visit_id) as copy_number,
            count(*) filter (where calls.is_joint and calls.has_steps)
                over (partition by calls.rep_id, date_trunc('quarter', calls.visited_on)) as block_count,
            count(*) filter (where calls.is_joint and calls.has_steps and not calls.is_full)
                over (partition by calls.rep_id, date_trunc('quarter', calls.visited_on)) as unfull_count
        from calls
    ),
    -- cheap first: days whose calls could lie so far apart at all
    day_spans as (
        select
            rep_id,
            visited_on,
            (max(latitude) - min(latitude) + max(longitude) - min(longitude)) * 111.2 as span_km
        from calls
        group by rep_id, visited_on
    ),
    wide_days as (
        select rep_id, visited_on
        from day_spans
        where span_km > most_km::integer
    ),
    distances as (
        select
            one.visit_id,
            max(
                6371.0 * 2 * asin(
                    sqrt(
                        pow(sin(radians(other.latitude - one.latitude) / 2), 2)
                        + cos(radians(one.latitude)) * cos(radians(other.latitude))
                        * pow(sin(radians(other.longitude - one.longitude) / 2), 2)
                    )
                )
            ) as far_km
        from calls as one
        join wide_days on wide_days.rep_id = one.rep_id and wide_days.visited_on = one.visited_on
        join calls as other on other.rep_id = one.rep_id and other.visited_on = one.visited_on
        where one.is_here
        group by one.visit_id
    ),
    suppliers as (
        select
            sold.terminal_id,
            sold.distributor_id,
            distributors.parent_id,
            sold.sales_month
        from terminal_months as sold
        left join distributors on distributors.distributor_id = sold.distributor_id
        where sold.sales_amount > 0
    ),
    -- who supplied the terminal about the day; a distributor stands for its own second tier and for the first tier above it
    beside as (
        select
            counted.visit_id,
            bool_or(
                coalesce(suppliers.distributor_id = counted.distributor_id, false)
                or coalesce(suppliers.parent_id = counted.distributor_id, false)
                or coalesce(suppliers.distributor_id = companions.parent_id, false)
            ) as is_supplier
        from counted
        join suppliers
            on suppliers.terminal_id = counted.terminal_id
            and suppliers.sales_month >= date_trunc('month', counted.visited_on - supply_days::integer)
            and suppliers.sales_month <= counted.visited_on + supply_days::integer
        left join distributors as companions on companions.distributor_id = counted.distributor_id
        where counted.is_here and counted.is_joint
        group by counted.visit_id
    ),
    judged as (
        select
            counted.*,
            unnest([
                case when usual.has_days and counted.day_count > most_a_day::integer then 'many_a_day' end,
                case when usual.has_days and usual.has_days_off and not working_days.is_working_day then 'day_off' end,
                case when usual.has_days and counted.copy_number > 1 then 'repeated' end,
                case when usual.has_days and distances.far_km > most_km::integer then 'far_apart' end,
                case when counted.opened_on > counted.visited_on then 'before_opening' end,
                case when counted.closed_on < counted.visited_on then 'after_closing' end,
                case when counted.is_after_data then 'after_data' end,
                case when counted.is_joint and not beside.is_supplier then 'not_supplied' end,
                case
                    when counted.is_joint and counted.has_steps and counted.block_count >= least_block::integer and counted.unfull_count = 0
                        then 'every_step'
                end
            ]) as rule,
            distances.far_km
        from counted
        cross join usual
        left join working_days on working_days.day_on = counted.visited_on
        left join distances on distances.visit_id = counted.visit_id
        left join beside on beside.visit_id = counted.visit_id
        where counted.is_here
    )
    select
        visit_id,
        rule,
        visited_on,
        rep_id,
        terminal_id,
        terminal_name,
        distributor_id,
        is_joint,
        case rule when 'many_a_day' then day_count when 'every_step' then block_count end as measured_count,
        case when rule = 'far_apart' then far_km end as measured_km,
        case rule when 'before_opening' then opened_on when 'after_closing' then closed_on end as measured_on
    from judged
    where rule is not null;
