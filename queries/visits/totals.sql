-- How many joint visits, how many targets they reached, how completely they were made and what became of the issues raised:
-- now and in the window compared with. Product lines and manufacturers say nothing of a call.
-- grain: one row a window, the one looked at first
-- parameters:
--   sla_days  integer  30  days within which an issue should be closed
-- columns:
--   span                   varchar  current, or base for the window compared with
--   is_target_known        boolean  whether the company loaded a target list
--   visit_count            bigint   calls of all kinds
--   joint_count            bigint   joint visits
--   joint_rate             double   joint ÷ all calls
--   target_count           bigint   target terminals open in the window
--   visited_count          bigint   those called on at all
--   visit_coverage_rate    double   called on ÷ targets
--   jointly_visited_count  bigint   those with a joint visit
--   joint_coverage_rate    double   with a joint visit ÷ targets
--   graded_joint_count     bigint   joint visits at terminals with a grade
--   upper_joint_count      bigint   joint visits at terminals of grade A or B
--   upper_joint_rate       double   of grade A or B ÷ with a grade
--   upper_target_rate      double   share of grade A and B among the targets with a grade
--   step_visit_count       bigint   joint visits that say anything of the four steps
--   step_count             bigint   steps completed in them
--   step_rate              double   completed ÷ 4 × those joint visits
--   issue_count            bigint   issues raised
--   decided_count          bigint   those closed, or open beyond the days agreed
--   closed_in_time_count   bigint   those closed within the days agreed
--   issue_closure_rate     double   closed in time ÷ decided
--   open_late_count        bigint   open beyond the days agreed
with spans as (
    select
        'current' as span,
        $period_start::date as window_start,
        $period_end::date as window_end,
        null::date as cut_month
    union all
    select 'base', $base_start::date, $base_end::date, $base_cut_month::date
),
calls as materialized (
    select
        'current' as span,
        *
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
    union all
    select
        'base' as span,
        *
    from selected_calls($base_start, $base_end, $base_cut_month, $territories, $distributors)
),
call_sums as (
    select
        span,
        count(*) as visit_count,
        count(*) filter (where is_joint) as joint_count,
        count(distinct terminal_id) filter (where is_counted) as visited_count,
        count(distinct terminal_id) filter (where is_counted and is_joint) as jointly_visited_count,
        count(*) filter (where is_joint and grade is not null) as graded_joint_count,
        count(*) filter (where is_joint and grade in ('A', 'B')) as upper_joint_count,
        count(*) filter (where is_joint and has_steps) as step_visit_count,
        coalesce(sum(step_count) filter (where is_joint and has_steps), 0)::bigint as step_count
    from calls
    group by span
),
terminals_here as (
    select
        'current' as span,
        *
    from called_terminals($period_start, $period_end, null, $territories, $distributors)
    union all
    select
        'base' as span,
        *
    from called_terminals($base_start, $base_end, $base_cut_month, $territories, $distributors)
),
terminal_sums as (
    select
        span,
        count(*) filter (where is_counted) as target_count,
        count(*) filter (where is_counted and grade in ('A', 'B'))
        / nullif(count(*) filter (where is_counted and grade is not null), 0) as upper_target_rate
    from terminals_here
    group by span
),
issues as (
    select
        calls.span,
        issue_standing(visit_issues.raised_on, visit_issues.closed_on, workspace.data_through_on, $sla_days) as standing
    from visit_issues
    join calls on calls.visit_id = visit_issues.visit_id
    cross join workspace
),
issue_sums as (
    select
        span,
        count(*) as issue_count,
        count(*) filter (where standing <> 'open_in_time') as decided_count,
        count(*) filter (where standing = 'closed_in_time') as closed_in_time_count,
        count(*) filter (where standing = 'open_late') as open_late_count
    from issues
    group by span
)
select
    spans.span,
    (select count(is_target) > 0 from terminals) as is_target_known,
    coalesce(call_sums.visit_count, 0) as visit_count,
    coalesce(call_sums.joint_count, 0) as joint_count,
    call_sums.joint_count / nullif(call_sums.visit_count, 0) as joint_rate,
    coalesce(terminal_sums.target_count, 0) as target_count,
    coalesce(call_sums.visited_count, 0) as visited_count,
    coalesce(call_sums.visited_count, 0) / nullif(terminal_sums.target_count, 0) as visit_coverage_rate,
    coalesce(call_sums.jointly_visited_count, 0) as jointly_visited_count,
    coalesce(call_sums.jointly_visited_count, 0) / nullif(terminal_sums.target_count, 0) as joint_coverage_rate,
    coalesce(call_sums.graded_joint_count, 0) as graded_joint_count,
    coalesce(call_sums.upper_joint_count, 0) as upper_joint_count,
    call_sums.upper_joint_count / nullif(call_sums.graded_joint_count, 0) as upper_joint_rate,
    terminal_sums.upper_target_rate,
    coalesce(call_sums.step_visit_count, 0) as step_visit_count,
    coalesce(call_sums.step_count, 0) as step_count,
    call_sums.step_count / nullif(4 * call_sums.step_visit_count, 0) as step_rate,
    coalesce(issue_sums.issue_count, 0) as issue_count,
    coalesce(issue_sums.decided_count, 0) as decided_count,
    coalesce(issue_sums.closed_in_time_count, 0) as closed_in_time_count,
    issue_sums.closed_in_time_count / nullif(issue_sums.decided_count, 0) as issue_closure_rate,
    coalesce(issue_sums.open_late_count, 0) as open_late_count
from spans
left join call_sums on call_sums.span = spans.span
left join terminal_sums on terminal_sums.span = spans.span
left join issue_sums on issue_sums.span = spans.span
order by spans.span desc
