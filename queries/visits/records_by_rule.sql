-- How many records of calls need review, rule by rule, and how many of the rules could not be tried on these data.
-- grain: one row a rule
-- parameters:
--   most_a_day   integer  12   calls of one person a day; more need review
--   supply_days  integer  365  days around a joint visit in which its distributor should have sold to the terminal, if anybody did
--   least_block  integer  10   joint visits of one person in a quarter, from which all steps ticked in every one need review
--   most_km      integer  1000  kilometres between two calls of one person on a day; farther ones need review
-- columns:
--   rule           varchar  many_a_day, day_off, repeated, far_apart, before_opening, after_closing, after_data, not_supplied or every_step
--   rule_number    integer  its place in the list
--   record_count   bigint   records that meet it
--   checked_count  bigint   records it was tried on; 0 where it could not be tried
--   all_count      bigint   records that meet any rule, each once
--   visit_count    bigint   records of calls in the period
with met as (
    select
        visit_id,
        rule
    from visits_to_review(
        $period_start, $period_end, $most_a_day, $supply_days, $least_block, $most_km, $territories, $distributors
    )
),
calls as (
    select
        calls.*,
        terminals.longitude is not null and terminals.latitude is not null as is_located,
        terminals.opened_on is not null as has_opening,
        terminals.closed_on is not null as has_closing
    from all_calls() as calls
    join terminals on terminals.terminal_id = calls.terminal_id
    cross join workspace
    where calls.visited_on >= $period_start::date
        and (calls.visited_on < $period_end::date or $period_end::date > workspace.data_month)
        and in_territories($territories, terminals.territory_id)
        and (
            len($distributors::varchar[]) = 0
            or coalesce(list_contains($distributors::varchar[], calls.distributor_id), false)
            or coalesce(list_contains($distributors::varchar[], calls.own_distributor_id), false)
        )
),
usual as (
    select
        count(distinct extract(day from visits.visited_on)) > 2 as has_days,
        coalesce(avg((not working_days.is_working_day)::integer), 0) <= 0.2 as has_days_off
    from visits
    left join working_days on working_days.day_on = visits.visited_on
),
checked as (
    select
        count(*) as visit_count,
        count(working_days.day_on) as dated_count,
        count(*) filter (where is_located) as located_count,
        count(*) filter (where has_opening) as opening_count,
        count(*) filter (where has_closing) as closing_count,
        count(*) filter (where is_joint) as joint_count,
        count(*) filter (
            where is_joint and coalesce(is_prepared, is_goal_set, is_goal_met, is_reviewed) is not null
        ) as step_count
    from calls
    left join working_days on working_days.day_on = calls.visited_on
),
rules as (
    select
        unnest([
            'many_a_day', 'day_off', 'repeated', 'far_apart', 'before_opening', 'after_closing', 'after_data', 'not_supplied', 'every_step'
        ]) as rule,
        unnest([1, 2, 3, 4, 5, 6, 7, 8, 9]) as rule_number
),
found as (
    select
        rule,
        count(*) as record_count
    from met
    group by rule
)
select
    rules.rule,
    rules.rule_number,
    coalesce(found.record_count, 0) as record_count,
    case
        when rules.rule in ('many_a_day', 'repeated') then case when usual.has_days then checked.visit_count else 0 end
        when rules.rule = 'day_off' then case when usual.has_days and usual.has_days_off then checked.dated_count else 0 end
        when rules.rule = 'far_apart' then case when usual.has_days then checked.located_count else 0 end
        when rules.rule = 'before_opening' then checked.opening_count
        when rules.rule = 'after_closing' then checked.closing_count
        when rules.rule = 'after_data' then checked.visit_count
        when rules.rule = 'not_supplied' then checked.joint_count
        else checked.step_count
    end as checked_count,
    (select count(distinct visit_id) from met) as all_count,
    checked.visit_count
from rules
cross join usual
cross join checked
left join found on found.rule = rules.rule
order by rules.rule_number
