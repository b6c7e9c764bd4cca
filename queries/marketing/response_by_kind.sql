-- From invitation to order: of those invited to the activities of the period who came, and of those who took part who was
-- visited and who ordered in the eight weeks after the activity; beside it the share of all other open terminals that
-- ordered in eight weeks of the same months. A comparison, not an effect: those who are invited buy more anyway.
-- Where sales carry months only, the whole months after the one the activity ended in are taken instead of days.
-- grain: one row a kind, and '*' for all, first
-- parameters:
--   follow_days  integer  56  days after an activity in which visits and orders count
-- columns:
--   kind                     varchar  the kind; '*' for all
--   activity_count           bigint   activities held in the period
--   told_count               bigint   those of them that say who came
--   invited_count            bigint   invitations, once an activity and terminal
--   told_invited_count       bigint   invitations to activities that say who came
--   came_count               bigint   those of them that came
--   took_part_count          bigint   terminals that took part, once an activity
--   followed_terminal_count  bigint   those of them whose eight weeks are over
--   visited_after_count      bigint   of those followed, visited in the eight weeks
--   ordered_count            bigint   of those followed, bought in the eight weeks
--   came_rate                double   came ÷ invitations to activities that say who came
--   visited_after_rate       double   visited ÷ followed; empty without visits
--   ordered_rate             double   ordered ÷ followed
--   others_rate              double   share of all other open terminals that bought in eight weeks of the same months
with listed as materialized (
    select
        spans.*,
        spans.followed_to <= spans.data_through_on + 1 as is_followed
    from (
        select
            chosen.activity_id,
            chosen.kind,
            cast(date_trunc('month', chosen.starts_on) as date) as held_month,
            workspace.data_through_on,
            workspace.is_monthly,
            case
                when workspace.is_monthly then cast(date_trunc('month', chosen.ended_on) + interval 1 month as date)
                else chosen.ended_on + 1
            end as followed_from,
            case
                when workspace.is_monthly
                    then cast(
                        date_trunc('month', chosen.ended_on)
                        + to_months(1 + ceil($follow_days::integer / 31.0)::integer) as date
                    )
                else chosen.ended_on + 1 + $follow_days::integer
            end as followed_to
        from selected_activities(
            $period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors
        ) as chosen
        cross join workspace
        where chosen.starts_on < $period_end::date and not chosen.is_upcoming and not chosen.is_cancelled
    ) as spans
),
invitations as (
    select
        listed.kind,
        coalesce(rows_given.is_invited, true) as is_invited,
        rows_given.is_attended,
        coalesce(bool_or(rows_given.is_attended is not null) over (partition by listed.activity_id), false) as is_told,
        listed.activity_id
    from listed
    join activity_terminals as rows_given on rows_given.activity_id = listed.activity_id
),
invited as (
    select
        coalesce(kind, '') as kind,
        grouping(kind) as is_total,
        count(distinct activity_id) filter (where is_told) as told_count,
        count(*) filter (where is_invited) as invited_count,
        count(*) filter (where is_invited and is_told) as told_invited_count,
        count(*) filter (where is_invited and is_told and is_attended) as came_count
    from invitations
    group by grouping sets ((kind), ())
),
purchases as materialized (
    select
        order_days.terminal_id,
        order_days.ordered_on
    from order_days
    where order_days.ordered_on >= $period_start::date
        and order_days.ordered_on < (select max(listed.followed_to) from listed)
    group by order_days.terminal_id, order_days.ordered_on
    having sum(order_days.order_amount) > 0
),
took as materialized (
    select
        listed.kind,
        listed.held_month,
        listed.is_followed,
        listed.followed_from,
        listed.followed_to,
        attended.activity_id,
        attended.terminal_id
    from listed
    join took_part() as attended on attended.activity_id = listed.activity_id
),
buyers as (
    select distinct
        took.activity_id,
        took.terminal_id
    from took
    join purchases
        on purchases.terminal_id = took.terminal_id
        and purchases.ordered_on >= took.followed_from
        and purchases.ordered_on < took.followed_to
),
called as (
    select distinct
        took.activity_id,
        took.terminal_id
    from took
    join visits
        on visits.terminal_id = took.terminal_id
        and visits.visited_on >= took.followed_from
        and visits.visited_on < took.followed_to
),
followed as (
    select
        took.*,
        buyers.terminal_id is not null as is_buyer,
        called.terminal_id is not null as is_called
    from took
    left join buyers on buyers.activity_id = took.activity_id and buyers.terminal_id = took.terminal_id
    left join called on called.activity_id = took.activity_id and called.terminal_id = took.terminal_id
),
-- the same eight weeks for everybody else, once a month in which activities were held: from its fifteenth on, earlier
-- where the data end before
months as (
    select
        held_month,
        case
            when bool_or(is_monthly) then cast(held_month + interval 1 month as date)
            else least(held_month + 14, max(data_through_on) + 1 - $follow_days::integer)
        end as followed_from
    from listed
    where is_followed
    group by held_month
),
spans as (
    select
        months.held_month,
        months.followed_from,
        case
            when workspace.is_monthly
                then cast(months.followed_from + to_months(ceil($follow_days::integer / 31.0)::integer) as date)
            else months.followed_from + $follow_days::integer
        end as followed_to
    from months
    cross join workspace
),
reached as (
    select distinct attended.terminal_id
    from took_part() as attended
    join activities on activities.activity_id = attended.activity_id
    where activities.starts_on >= $period_start::date
        and activities.starts_on < $period_end::date
        and coalesce(activities.status, '') <> 'cancelled'
),
others as materialized (
    select
        terminals.terminal_id,
        terminals.opened_on,
        terminals.closed_on
    from terminals
    where in_territories($territories, terminals.territory_id)
        and terminals.terminal_id not in (select reached.terminal_id from reached)
),
others_open as (
    select
        spans.held_month,
        count(*) as open_count
    from spans
    join others
        on (others.opened_on is null or others.opened_on <= spans.followed_from)
        and (others.closed_on is null or others.closed_on >= spans.followed_to)
    group by spans.held_month
),
others_bought as (
    select
        spans.held_month,
        count(distinct others.terminal_id) as buyer_count
    from spans
    join purchases
        on purchases.ordered_on >= spans.followed_from
        and purchases.ordered_on < spans.followed_to
    join others
        on others.terminal_id = purchases.terminal_id
        and (others.opened_on is null or others.opened_on <= spans.followed_from)
        and (others.closed_on is null or others.closed_on >= spans.followed_to)
    group by spans.held_month
),
others_rates as (
    select
        others_open.held_month,
        coalesce(others_bought.buyer_count, 0) / nullif(others_open.open_count, 0)::double as others_rate
    from others_open
    left join others_bought on others_bought.held_month = others_open.held_month
),
summed as (
    select
        coalesce(followed.kind, '') as kind,
        grouping(followed.kind) as is_total,
        count(*) as took_part_count,
        count(*) filter (where followed.is_followed) as followed_terminal_count,
        count(*) filter (where followed.is_followed and followed.is_called) as visited_after_count,
        count(*) filter (where followed.is_followed and followed.is_buyer) as ordered_count,
        sum(others_rates.others_rate) filter (where followed.is_followed)
        / nullif(count(others_rates.others_rate) filter (where followed.is_followed), 0) as others_rate
    from followed
    left join others_rates on others_rates.held_month = followed.held_month
    group by grouping sets ((followed.kind), ())
),
held as (
    select
        coalesce(kind, '') as kind,
        grouping(kind) as is_total,
        count(*) as activity_count
    from listed
    group by grouping sets ((kind), ())
)
select
    case when held.is_total = 1 then '*' else held.kind end as kind,
    held.activity_count,
    coalesce(invited.told_count, 0) as told_count,
    coalesce(invited.invited_count, 0) as invited_count,
    coalesce(invited.told_invited_count, 0) as told_invited_count,
    coalesce(invited.came_count, 0) as came_count,
    coalesce(summed.took_part_count, 0) as took_part_count,
    coalesce(summed.followed_terminal_count, 0) as followed_terminal_count,
    coalesce(summed.visited_after_count, 0) as visited_after_count,
    coalesce(summed.ordered_count, 0) as ordered_count,
    invited.came_count / nullif(invited.told_invited_count, 0)::double as came_rate,
    case
        when exists (select 1 from visits) then summed.visited_after_count / nullif(summed.followed_terminal_count, 0)::double
    end as visited_after_rate,
    summed.ordered_count / nullif(summed.followed_terminal_count, 0)::double as ordered_rate,
    summed.others_rate
from held
left join invited on invited.kind = held.kind and invited.is_total = held.is_total
left join summed on summed.kind = held.kind and summed.is_total = held.is_total
where held.is_total = 0 or held.activity_count > 0
order by held.is_total desc, held.activity_count desc, held.kind
