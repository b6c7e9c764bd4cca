-- What was invested in each terminal in the twelve months to the last day of the period, by the grade it held on the day:
-- visits, joint visits and its part of what activities cost. An activity's cost is parted evenly among the terminals that
-- came; where nobody said who came, among the invited. With product lines chosen, activities for those or for every line.
-- grain: one row a terminal and grade held in those months; terminals that were neither graded nor seen have none
-- columns:
--   terminal_id               varchar  the terminal
--   grade                     varchar  grade on the day; empty for none
--   held_share                double   share of those months' days on which it held the grade
--   visit_count               bigint   visits, joint ones among them
--   joint_count               bigint   joint visits
--   manufacturer_visit_count  bigint   visits in which the manufacturer's own people took part
--   distributor_visit_count   bigint   visits in which a distributor's people took part, joint ones among them
--   activity_count            bigint   activities it came to
--   manufacturer_cost_amount  double   its part of what manufacturers paid for them: actual, committed where not settled
--   distributor_cost_amount   double   its part of what distributors paid
with span as (
    select
        cast($period_end::date - interval 12 month as date) as from_on,
        end_of_view($period_end, null) as until_on
),
spans as (
    select spans.*
    from span
    cross join lateral grade_spans(span.from_on, span.until_on) as spans
),
made_calls as (
    select
        calls.terminal_id,
        calls.visited_on as seen_on,
        1 as visit_count,
        case when calls.is_joint then 1 else 0 end as joint_count,
        case when calls.own_distributor_id is null then 1 else 0 end as manufacturer_visit_count,
        case when calls.is_joint or calls.own_distributor_id is not null then 1 else 0 end as distributor_visit_count
    from all_calls() as calls
    cross join span
    where calls.visited_on >= span.from_on and calls.visited_on < span.until_on
),
held_activities as (
    select
        activities.activity_id,
        activities.starts_on
    from activities
    cross join span
    where activities.starts_on >= span.from_on
        and activities.starts_on < span.until_on
        and coalesce(activities.status, '') <> 'cancelled'
        and (activities.product_line is null or in_list($product_lines, activities.product_line))
),
guests as (
    select
        activity_id,
        terminal_id,
        count(*) over (partition by activity_id) as guest_count
    from took_part()
),
costs as (
    select
        activity_id,
        coalesce(sum(coalesce(actual_amount, committed_amount)) filter (where is_manufacturer), 0) as manufacturer_amount,
        coalesce(sum(coalesce(actual_amount, committed_amount)) filter (where not is_manufacturer), 0) as distributor_amount
    from (
        select
            *,
            payer = 'manufacturer' or payer in (select manufacturers.manufacturer_id from manufacturers) as is_manufacturer
        from activity_costs
    ) as paid
    group by activity_id
),
attended as (
    select
        guests.terminal_id,
        held_activities.starts_on as seen_on,
        coalesce(costs.manufacturer_amount, 0)::double / guests.guest_count as manufacturer_cost_amount,
        coalesce(costs.distributor_amount, 0)::double / guests.guest_count as distributor_cost_amount
    from held_activities
    join guests on guests.activity_id = held_activities.activity_id
    left join costs on costs.activity_id = held_activities.activity_id
),
contacts as (
    select
        terminal_id,
        seen_on,
        visit_count,
        joint_count,
        manufacturer_visit_count,
        distributor_visit_count,
        0 as activity_count,
        0::double as manufacturer_cost_amount,
        0::double as distributor_cost_amount
    from made_calls
    union all
    select
        terminal_id,
        seen_on,
        0 as visit_count,
        0 as joint_count,
        0 as manufacturer_visit_count,
        0 as distributor_visit_count,
        1 as activity_count,
        manufacturer_cost_amount,
        distributor_cost_amount
    from attended
),
parts as (
    select
        spans.terminal_id,
        spans.grade,
        datediff('day', spans.from_on, spans.until_on) / datediff('day', span.from_on, span.until_on) as held_share,
        0 as visit_count,
        0 as joint_count,
        0 as manufacturer_visit_count,
        0 as distributor_visit_count,
        0 as activity_count,
        0::double as manufacturer_cost_amount,
        0::double as distributor_cost_amount
    from spans
    cross join span
    union all
    select
        contacts.terminal_id,
        coalesce(spans.grade, '') as grade,
        0 as held_share,
        contacts.visit_count,
        contacts.joint_count,
        contacts.manufacturer_visit_count,
        contacts.distributor_visit_count,
        contacts.activity_count,
        contacts.manufacturer_cost_amount,
        contacts.distributor_cost_amount
    from contacts
    left join spans
        on spans.terminal_id = contacts.terminal_id
        and spans.from_on <= contacts.seen_on
        and spans.until_on > contacts.seen_on
)
select
    terminal_id,
    grade,
    sum(held_share)::double as held_share,
    sum(visit_count)::bigint as visit_count,
    sum(joint_count)::bigint as joint_count,
    sum(manufacturer_visit_count)::bigint as manufacturer_visit_count,
    sum(distributor_visit_count)::bigint as distributor_visit_count,
    sum(activity_count)::bigint as activity_count,
    sum(manufacturer_cost_amount) as manufacturer_cost_amount,
    sum(distributor_cost_amount) as distributor_cost_amount
from parts
group by terminal_id, grade
order by terminal_id, grade
