-- Terminals × product lines that could plausibly bring more until a day, each with one reason: gone quiet beyond its own
-- rhythm (at least four buying months in the year up to its last order, silent for over twice its usual gap and 45 days),
-- behind its own habit (the last three whole months under 80% of the year before them, of at least six buying months), or
-- potential that peers of its kind realise (their median share of it, at most half of what it buys more, a quarter of the
-- peers' share where it buys little). Where the distributor has not reported the last whole month it is 'unreported'.
create macro closing_items(closes_on, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors) as table
    with view_end as (
        select
            data_through_on + 1 as end_on,
            case when is_month_complete then (data_month + interval 1 month)::date else data_month end as whole_end,
            greatest((closes_on::date - (data_through_on + 1)) / 30.4375, 0)::double as left_months
        from workspace
    ),
    bought as (
        select
            sales.terminal_id,
            coalesce(sales.product_line, '') as product_line,
            sales.sales_month,
            sum(sales.sales_amount) as sales_amount,
            max(sales.last_bought_on) as last_on
        from selected_sales(chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors) as sales
        cross join view_end
        where sales.sales_month >= view_end.whole_end - interval 27 month
        group by sales.terminal_id, coalesce(sales.product_line, ''), sales.sales_month
    ),
    last_orders as (
        select
            terminal_id,
            product_line,
            max(last_on) as last_on
        from bought
        group by terminal_id, product_line
        having max(last_on) is not null
    ),
    habits as (
        select
            bought.terminal_id,
            bought.product_line,
            last_orders.last_on,
            sum(case when bought.sales_month > last_orders.last_on - interval 12 month then bought.sales_amount else 0 end)::double as year_amount,
            count(*) filter (where bought.sales_month > last_orders.last_on - interval 12 month and bought.sales_amount > 0) as year_months,
            sum(
                case
                    when bought.sales_month >= view_end.whole_end - interval 15 month and bought.sales_month < view_end.whole_end - interval 3 month
                        then bought.sales_amount
                    else 0
                end
            )::double / 12 as habit_amount,
            count(*) filter (
                where bought.sales_month >= view_end.whole_end - interval 15 month
                    and bought.sales_month < view_end.whole_end - interval 3 month
                    and bought.sales_amount > 0
            ) as habit_months,
            sum(
                case
                    when bought.sales_month >= view_end.whole_end - interval 3 month and bought.sales_month < view_end.whole_end
                        then bought.sales_amount
                    else 0
                end
            )::double / 3 as pace_amount,
            sum(case when bought.sales_month >= view_end.whole_end - interval 12 month then bought.sales_amount else 0 end)::double as recent_amount
        from bought
        join last_orders on last_orders.terminal_id = bought.terminal_id and last_orders.product_line = bought.product_line
        cross join view_end
        group by bought.terminal_id, bought.product_line, last_orders.last_on
    ),
    open_terminals as (
        select institutions.*
        from terminals as institutions
        cross join view_end
        where in_territories(chosen_territories, institutions.territory_id)
            and (institutions.closed_on is null or institutions.closed_on >= view_end.end_on)
            and (institutions.opened_on is null or institutions.opened_on < view_end.end_on)
    ),
    wanted as (
        select
            potentials.terminal_id,
            potentials.product_line,
            open_terminals.type,
            max(potentials.potential_amount)::double as potential_amount,
            coalesce(max(habits.recent_amount), 0) as recent_amount
        from potentials
        cross join view_end
        join open_terminals on open_terminals.terminal_id = potentials.terminal_id
        left join habits on habits.terminal_id = potentials.terminal_id and habits.product_line = potentials.product_line
        where potentials.year = extract(year from view_end.end_on - 1)
            and potentials.product_line <> ''
            and potentials.potential_amount > 0
            and in_list(chosen_product_lines, potentials.product_line)
            and len(chosen_manufacturers::varchar[]) = 0
            and len(chosen_distributors::varchar[]) = 0
        group by potentials.terminal_id, potentials.product_line, open_terminals.type
    ),
    peers as (
        select
            type,
            product_line,
            least(median(recent_amount / potential_amount), 1) as realised_share
        from wanted
        where recent_amount > 0
        group by type, product_line
        having count(*) >= 5
    ),
    possible as (
        select
            wanted.terminal_id,
            wanted.product_line,
            wanted.potential_amount,
            wanted.recent_amount,
            least(
                greatest(peers.realised_share * wanted.potential_amount - wanted.recent_amount, 0),
                greatest(wanted.recent_amount / 2, peers.realised_share * wanted.potential_amount / 4)
            ) as room_amount
        from wanted
        join peers on peers.type is not distinct from wanted.type and peers.product_line = wanted.product_line
    ),
    joined as (
        select
            coalesce(habits.terminal_id, possible.terminal_id) as terminal_id,
            coalesce(habits.product_line, possible.product_line) as product_line,
            habits.last_on,
            view_end.end_on - 1 - habits.last_on as silent_days,
            365.0 / nullif(habits.year_months, 0) as rhythm_days,
            habits.year_months,
            habits.year_amount,
            habits.habit_amount,
            habits.habit_months,
            habits.pace_amount,
            possible.potential_amount,
            coalesce(possible.recent_amount, habits.recent_amount, 0) as recent_amount,
            possible.room_amount,
            view_end.left_months,
            view_end.whole_end,
            view_end.end_on
        from habits
        full join possible on possible.terminal_id = habits.terminal_id and possible.product_line = habits.product_line
        cross join view_end
    ),
    reasoned as (
        select
            joined.*,
            case
                when joined.year_months >= 4 and joined.year_amount > 0 and joined.silent_days > greatest(2 * joined.rhythm_days, 45)
                    and joined.silent_days <= 540 then 'gone_quiet'
                when joined.habit_months >= 6 and joined.habit_amount > 0 and joined.silent_days <= 540
                    and joined.pace_amount < 0.8 * joined.habit_amount then 'behind_habit'
                when joined.room_amount > 0 then 'potential'
            end as reason
        from joined
    ),
    sellers as (
        select
            terminal_id,
            product_line,
            arg_max(distributor_id, sales_amount) as distributor_id
        from (
            select
                sales.terminal_id,
                coalesce(sales.product_line, '') as product_line,
                sales.distributor_id,
                sum(sales.sales_amount) as sales_amount
            from sales_months as sales
            cross join view_end
            where sales.sales_month >= view_end.whole_end - interval 15 month and sales.distributor_id is not null
            group by sales.terminal_id, coalesce(sales.product_line, ''), sales.distributor_id
        )
        group by terminal_id, product_line
    ),
    reports as (
        select
            distributor_id,
            max(sales_month) as last_month
        from sales_months
        where distributor_id is not null and line_count > 0
        group by distributor_id
    )
    select
        reasoned.terminal_id,
        reasoned.product_line,
        case
            when reasoned.reason <> 'potential' and reports.last_month < reasoned.whole_end - interval 1 month then 'unreported'
            else reasoned.reason
        end as reason,
        sellers.distributor_id,
        reasoned.last_on,
        reasoned.silent_days,
        reasoned.rhythm_days,
        reasoned.potential_amount,
        reasoned.recent_amount,
        case reasoned.reason
            when 'gone_quiet' then reasoned.year_amount / 12
            when 'behind_habit' then reasoned.habit_amount
            else reasoned.recent_amount / 12
        end as usual_amount,
        (
            reasoned.left_months * case reasoned.reason
                when 'gone_quiet' then reasoned.year_amount / 12
                when 'behind_habit' then reasoned.habit_amount - greatest(reasoned.pace_amount, 0)
                else least(reasoned.room_amount, reasoned.potential_amount - reasoned.recent_amount) / 12
            end
        )::decimal(38, 2) as plausible_amount,
        reasoned.end_on
    from reasoned
    join open_terminals on open_terminals.terminal_id = reasoned.terminal_id
    left join sellers on sellers.terminal_id = reasoned.terminal_id and sellers.product_line = reasoned.product_line
    left join reports on reports.distributor_id = sellers.distributor_id
    where reasoned.reason is not null;
