-- What each activity was estimated to cost, what was committed and what it cost, and how many it reached. Over all
-- activities of the company but those cancelled, whatever the filters: what is usual for a kind is read from all of them.
-- grain: one row an activity
-- columns:
--   activity_id            varchar        the activity
--   kind                   varchar        its kind
--   planned_cost_amount    decimal(38,2)  estimated cost
--   committed_amount       decimal(38,2)  committed; empty where nothing was said
--   actual_amount          decimal(38,2)  actual of what is settled; empty where nothing is
--   cost_amount            decimal(38,2)  actual, committed where not settled; empty where no cost is known
--   unsettled_amount       decimal(38,2)  the part of it that is committed only
--   is_settled             boolean        whether every item has its actual cost
--   terminal_count         bigint         terminals that took part
--   target_terminal_count  bigint         those of them on the target list; empty where no list is loaded
--   attendee_count         bigint         people who came; empty where not said
--   target_attendee_count  bigint         those of them from terminals on the target list
--   new_customer_count     bigint         terminals that took part and bought for the first time after; empty in the data's first year
with items as (
    select
        activity_id,
        sum(committed_amount) as committed_amount,
        sum(actual_amount) as actual_amount,
        sum(coalesce(actual_amount, committed_amount)) as cost_amount,
        coalesce(sum(committed_amount) filter (where actual_amount is null), 0) as unsettled_amount,
        bool_and(actual_amount is not null) as is_settled
    from activity_costs
    where coalesce(actual_amount, committed_amount) is not null
    group by activity_id
),
people as (
    select
        took_part.activity_id,
        count(*) as terminal_count,
        count(*) filter (where terminals.is_target) as target_terminal_count,
        count(terminals.is_target) as judged_count,
        sum(took_part.attendee_count) as attendee_count,
        sum(took_part.attendee_count) filter (where terminals.is_target) as target_attendee_count
    from took_part() as took_part
    left join terminals on terminals.terminal_id = took_part.terminal_id
    group by took_part.activity_id
),
customers as (
    select
        activity_id,
        count(*) as new_customer_count
    from new_customers
    group by activity_id
),
span as (
    select min(flow_month) as first_month
    from flow_months
)
select
    activities.activity_id,
    activities.kind,
    cast(activities.planned_cost_amount as decimal(38, 2)) as planned_cost_amount,
    cast(items.committed_amount as decimal(38, 2)) as committed_amount,
    cast(items.actual_amount as decimal(38, 2)) as actual_amount,
    cast(items.cost_amount as decimal(38, 2)) as cost_amount,
    cast(items.unsettled_amount as decimal(38, 2)) as unsettled_amount,
    coalesce(items.is_settled, false) as is_settled,
    coalesce(people.terminal_count, 0) as terminal_count,
    case when people.judged_count > 0 then people.target_terminal_count end as target_terminal_count,
    cast(people.attendee_count as bigint) as attendee_count,
    cast(
        case
            when people.judged_count > 0 and people.attendee_count is not null then coalesce(people.target_attendee_count, 0)
        end
        as bigint
    ) as target_attendee_count,
    case
        when date_trunc('month', activities.starts_on) >= span.first_month + interval 12 month
            then coalesce(customers.new_customer_count, 0)
    end as new_customer_count
from activities
cross join span
left join items on items.activity_id = activities.activity_id
left join people on people.activity_id = activities.activity_id
left join customers on customers.activity_id = activities.activity_id
where coalesce(activities.status, '') <> 'cancelled'
order by activities.starts_on, activities.activity_id
