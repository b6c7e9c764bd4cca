-- Whether a distributor's own people call where the joint visits with it were made. There is no table of its plan: calls by
-- people it employs, at the same terminal within some days of the joint visit, stand in for it.
-- grain: one row a distributor with a joint visit in the period, most of them first
-- parameters:
--   near_days  integer  15  days before and after the joint visit that count as near
-- columns:
--   distributor_id    varchar  the distributor
--   distributor_name  varchar  its name
--   people_count      bigint   people it employs among the reps loaded; where 0 its calls cannot be seen
--   joint_count       bigint   joint visits with it
--   near_count        bigint   those with a call of its own near
--   near_rate         double   those ÷ joint visits; empty where none of its people are loaded
--   own_call_count    bigint   calls of its own people in the period
--   own_apart_count   bigint   those at terminals without a joint visit with it in the period
with calls as (
    select *
    from selected_calls($period_start, $period_end, null, $territories, $distributors)
),
own_calls as (
    select
        own_distributor_id as distributor_id,
        terminal_id,
        visited_on
    from all_calls()
    where own_distributor_id is not null
        and visited_on >= $period_start::date - $near_days::integer
        and visited_on < end_of_view($period_end, null) + $near_days::integer
),
joint as (
    select
        calls.visit_id,
        calls.distributor_id,
        calls.terminal_id,
        exists (
            select 1
            from own_calls
            where own_calls.distributor_id = calls.distributor_id
                and own_calls.terminal_id = calls.terminal_id
                and own_calls.visited_on between calls.visited_on - $near_days::integer and calls.visited_on + $near_days::integer
        ) as has_own_call
    from calls
    where calls.is_joint
),
people as (
    select
        employer as distributor_id,
        count(*) as people_count
    from reps
    group by employer
),
own as (
    select
        calls.own_distributor_id as distributor_id,
        count(*) as own_call_count,
        count(*) filter (
            where not exists (
                select 1
                from joint
                where joint.distributor_id = calls.own_distributor_id and joint.terminal_id = calls.terminal_id
            )
        ) as own_apart_count
    from calls
    where calls.own_distributor_id is not null
    group by calls.own_distributor_id
)
select
    joint.distributor_id,
    coalesce(any_value(distributors.name), joint.distributor_id) as distributor_name,
    coalesce(any_value(people.people_count), 0) as people_count,
    count(*) as joint_count,
    count(*) filter (where joint.has_own_call) as near_count,
    case
        when any_value(people.people_count) > 0 then count(*) filter (where joint.has_own_call) / nullif(count(*), 0)
    end as near_rate,
    coalesce(any_value(own.own_call_count), 0) as own_call_count,
    coalesce(any_value(own.own_apart_count), 0) as own_apart_count
from joint
left join distributors on distributors.distributor_id = joint.distributor_id
left join people on people.distributor_id = joint.distributor_id
left join own on own.distributor_id = joint.distributor_id
group by joint.distributor_id
order by joint_count desc, joint.distributor_id
