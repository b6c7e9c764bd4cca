-- How each terminal is reached at the end of a window: who owns it, who called on it, what it weighs.
-- Who owns a terminal on the last day, one row a terminal and person; a person who holds several lines of it is one owner.
create macro owners_held(window_end, chosen_product_lines) as table
    select
        assignments.terminal_id,
        assignments.rep_id as owner_id,
        coalesce(max(reps.name), assignments.rep_id) as owner_name,
        max(coalesce(assignments.credit_share, 1)) as credit_share
    from assignments
    cross join (select end_of_view(window_end, null) as end_on) as ending
    left join reps on reps.rep_id = assignments.rep_id
    where assignments.valid_from < ending.end_on
        and (assignments.valid_to is null or assignments.valid_to >= ending.end_on)
        and (assignments.product_line is null or in_list(chosen_product_lines, assignments.product_line))
    group by assignments.terminal_id, assignments.rep_id;
-- Who called on a terminal in the window: the manufacturer's people, a distributor's, or both, together or one after the other.
create macro callers_within(window_start, window_end) as table
    select
        calls.terminal_id,
        bool_or(calls.own_distributor_id is null) as is_by_manufacturer,
        bool_or(calls.own_distributor_id is not null or calls.is_joint) as is_by_distributor
    from all_calls() as calls
    cross join (select end_of_view(window_end, null) as end_on) as ending
    where calls.visited_on >= window_start::date and calls.visited_on < ending.end_on
    group by calls.terminal_id;
-- Terminals as covered_terminals gives them, with their owners counted, who called, and what they weigh: the potential
-- supplied, else the estimate; where too few have either, the purchases of twelve months. is_held says who counts where
-- it is asked who calls: open on the last day, and on the target list or graded. Bands are thirds of all with a potential.
create macro reached_terminals(
    window_start, window_end,
    chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    with weighed as materialized (
        select
            standing.*,
            standing.is_open and (standing.is_counted or standing.grade is not null) as is_held,
            coalesce(
                standing.potential_amount,
                raised_estimate(estimates.potential_amount, standing.year_amount, spans.month_count)
            ) as worth_amount,
            standing.potential_amount is null and estimates.potential_amount is not null as is_estimated,
            coalesce(callers.is_by_manufacturer, false) as is_by_manufacturer,
            coalesce(callers.is_by_distributor, false) as is_by_distributor
        from covered_terminals(
            window_start, window_end, null,
            chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
        ) as standing
        cross join (select months_known(window_end) as month_count) as spans
        left join estimated_potentials(chosen_manufacturers, chosen_product_lines) as estimates
            on estimates.terminal_id = standing.terminal_id
        left join callers_within(window_start, window_end) as callers on callers.terminal_id = standing.terminal_id
    ),
    -- potential weighs where four in five targets have one
    choice as (
        select count(*) filter (where worth_amount > 0) >= 0.8 * count(*) as is_worth_known
        from weighed
        where is_counted
    ),
    -- equal potentials stand in the same third
    ranked as (
        select
            terminal_id,
            percent_rank() over (order by worth_amount) as place_rate
        from weighed
        where worth_amount is not null
    )
    select
        weighed.*,
        weighed.is_by_manufacturer or weighed.is_by_distributor as is_visited,
        choice.is_worth_known,
        case when choice.is_worth_known then weighed.worth_amount else greatest(weighed.year_amount, 0) end::decimal(38, 2)
        as weight_amount,
        case
            when weighed.is_by_manufacturer and weighed.is_by_distributor then 'both'
            when weighed.is_by_manufacturer then 'manufacturer'
            when weighed.is_by_distributor then 'distributor'
            else 'nobody'
        end as covered_by,
        case
            when ranked.place_rate < 1 / 3 then 'low'
            when ranked.place_rate < 2 / 3 then 'middle'
            when ranked.place_rate is not null then 'high'
            else ''
        end as band
    from weighed
    cross join choice
    left join ranked on ranked.terminal_id = weighed.terminal_id;
-- Terminals once a look, with the unit they stand in on the last day. Two owners make two rows; nothing makes an empty
-- unit. standing names a relation of the question with terminal_id, territory_id, grade, kind and band, given back whole.
create macro units_of(standing, window_end, chosen_territories, chosen_product_lines) as table
    select 'all' as look, '' as unit_id, placed.*
    from query_table(standing) as placed
    union all
    select 'territory', coalesce(compared.unit_id, ''), placed.*
    from query_table(standing) as placed
    left join units_over_territories(chosen_territories) as compared on compared.territory_id = placed.territory_id
    union all
    select 'grade', coalesce(placed.grade, ''), placed.*
    from query_table(standing) as placed
    union all
    select 'kind', placed.kind, placed.*
    from query_table(standing) as placed
    union all
    select 'owner', coalesce(owners.owner_id, ''), placed.*
    from query_table(standing) as placed
    left join owners_held(window_end, chosen_product_lines) as owners on owners.terminal_id = placed.terminal_id
    union all
    select 'potential', placed.band, placed.*
    from query_table(standing) as placed;
