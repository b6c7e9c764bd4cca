-- Calls as they are counted. Joint (协访) is a call with a distributor beside, unless the caller is that distributor's own
-- person: then it is the distributor's own call. A caller nobody knows counts as the manufacturer's.
create macro all_calls() as table
    select
        visits.*,
        visits.distributor_id is not null and reps.employer is distinct from visits.distributor_id as is_joint,
        reps.employer,
        case
            when reps.employer in (select distributors.distributor_id from distributors) then reps.employer
        end as own_distributor_id
    from visits
    left join reps on reps.rep_id = visits.rep_id;
-- The terminals calls are counted against: open in the window, in the chosen territories, and where distributors are chosen
-- supplied by one of them in the twelve months before the window's end. Counted are the targets; where nobody said which
-- they are, all. Grade and potential as of the window's last day.
create macro called_terminals(window_start, window_end, cut_month, chosen_territories, chosen_distributors) as table
    with view_end as (
        select end_of_view(window_end, cut_month) as end_on
    ),
    target_list as (
        select count(is_target) > 0 as is_known
        from terminals
    ),
    supplied as (
        select distinct sold.terminal_id
        from terminal_months as sold
        cross join view_end
        where len(chosen_distributors::varchar[]) > 0
            and list_contains(chosen_distributors::varchar[], sold.distributor_id)
            and sold.sales_month >= date_trunc('month', view_end.end_on - 1) - interval 11 month
            and sold.sales_month < view_end.end_on
    ),
    grades as (
        select
            terminal_grades.terminal_id,
            max_by(terminal_grades.grade, terminal_grades.valid_from) as grade
        from terminal_grades
        cross join view_end
        where terminal_grades.valid_from < view_end.end_on
            and (terminal_grades.valid_to is null or terminal_grades.valid_to >= view_end.end_on)
        group by terminal_grades.terminal_id
    )
    select
        terminals.terminal_id,
        terminals.name,
        terminals.type,
        coalesce(terminals.territory_id, '') as territory_id,
        grades.grade,
        target_list.is_known as is_target_known,
        case when target_list.is_known then coalesce(terminals.is_target, false) else true end as is_counted
    from terminals
    cross join view_end
    cross join target_list
    left join grades on grades.terminal_id = terminals.terminal_id
    where in_territories(chosen_territories, terminals.territory_id)
        and (terminals.opened_on is null or terminals.opened_on < view_end.end_on)
        and (terminals.closed_on is null or terminals.closed_on > window_start::date)
        and (
            len(chosen_distributors::varchar[]) = 0
            or terminals.terminal_id in (select supplied.terminal_id from supplied)
        );
-- The calls of a window under the filters, base windows cut at the day the data end on. Under chosen distributors a call
-- counts where they supply the terminal or were beside, and is joint where one of them was beside.
create macro selected_calls(window_start, window_end, cut_month, chosen_territories, chosen_distributors) as table
    with here as (
        select *
        from called_terminals(window_start, window_end, cut_month, chosen_territories, chosen_distributors)
    )
    select
        calls.visit_id,
        calls.visited_on,
        cast(date_trunc('month', calls.visited_on) as date) as visit_month,
        calls.rep_id,
        calls.employer,
        calls.own_distributor_id,
        calls.terminal_id,
        terminals.name as terminal_name,
        coalesce(terminals.territory_id, '') as territory_id,
        here.grade,
        coalesce(here.is_counted, false) as is_counted,
        calls.distributor_id,
        calls.is_joint and in_list(chosen_distributors, calls.distributor_id) as is_joint,
        calls.mode,
        calls.is_prepared,
        calls.is_goal_set,
        calls.is_goal_met,
        calls.is_reviewed,
        calls.is_prepared is not null
        or calls.is_goal_set is not null
        or calls.is_goal_met is not null
        or calls.is_reviewed is not null as has_steps,
        coalesce(calls.is_prepared, false)::integer
        + coalesce(calls.is_goal_set, false)::integer
        + coalesce(calls.is_goal_met, false)::integer
        + coalesce(calls.is_reviewed, false)::integer as step_count
    from all_calls() as calls
    join terminals on terminals.terminal_id = calls.terminal_id
    left join here on here.terminal_id = calls.terminal_id
    where calls.visited_on >= window_start::date
        and calls.visited_on < end_of_view(window_end, cut_month)
        and in_territories(chosen_territories, terminals.territory_id)
        and (
            len(chosen_distributors::varchar[]) = 0
            or here.terminal_id is not null
            or list_contains(chosen_distributors::varchar[], calls.distributor_id)
        );
-- Where an issue stands against the days agreed. One that is still open and not due yet is neither closed in time nor late.
create macro issue_standing(raised_on, closed_on, data_through_on, sla_days) as (
    case
        when closed_on is not null and closed_on - raised_on <= sla_days::integer then 'closed_in_time'
        when closed_on is not null then 'closed_late'
        when data_through_on - raised_on <= sla_days::integer then 'open_in_time'
        else 'open_late'
    end
);
-- Issues raised in the window in the calls under the filters, with where they stand against the days agreed.
create macro selected_issues(window_start, window_end, cut_month, sla_days, chosen_territories, chosen_distributors) as table
    select
        visit_issues.issue_id,
        visit_issues.visit_id,
        coalesce(visit_issues.kind, '') as kind,
        visit_issues.raised_on,
        visit_issues.closed_on,
        calls.terminal_id,
        calls.terminal_name,
        calls.is_joint,
        calls.distributor_id,
        case when visit_issues.closed_on is null then workspace.data_through_on - visit_issues.raised_on end as open_days,
        case when visit_issues.closed_on is not null then visit_issues.closed_on - visit_issues.raised_on end as closing_days,
        issue_standing(visit_issues.raised_on, visit_issues.closed_on, workspace.data_through_on, sla_days) as standing
    from visit_issues
    join selected_calls(window_start, window_end, cut_month, chosen_territories, chosen_distributors) as calls
        on calls.visit_id = visit_issues.visit_id
    cross join workspace;
