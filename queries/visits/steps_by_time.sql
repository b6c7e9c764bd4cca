-- The four steps of a joint visit, by month or quarter and over the period: how many of those that say anything of the
-- steps completed each.
-- grain: one row a step and month or quarter; the empty day is the whole period
-- parameters:
--   step_unit  varchar  month  month or quarter
-- columns:
--   visit_step   varchar  is_prepared, is_goal_set, is_goal_met or is_reviewed
--   step_number  integer  its place, 1 to 4
--   step_on      date     first day of the month or quarter; empty for the whole period
--   joint_count  bigint   joint visits that say anything of the steps
--   done_count   bigint   those that completed it
--   done_rate    double   completed ÷ those
with calls as (
    select *
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
    where is_joint and has_steps
),
steps as (
    select
        cast(date_trunc($step_unit::varchar, visited_on) as date) as step_on,
        unnest(['is_prepared', 'is_goal_set', 'is_goal_met', 'is_reviewed']) as visit_step,
        unnest([1, 2, 3, 4]) as step_number,
        unnest([
            coalesce(is_prepared, false), coalesce(is_goal_set, false), coalesce(is_goal_met, false), coalesce(is_reviewed, false)
        ]) as is_done
    from calls
)
select
    visit_step,
    step_number,
    step_on,
    count(*) as joint_count,
    count(*) filter (where is_done) as done_count,
    count(*) filter (where is_done) / nullif(count(*), 0) as done_rate
from steps
group by grouping sets ((visit_step, step_number, step_on), (visit_step, step_number))
order by step_number, step_on nulls first
