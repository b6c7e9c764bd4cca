-- The activities under the filters with their dates, whom they reached and what they cost: those that begin in the window,
-- and where it reaches the end of the data those still to come. Cancelled ones are marked.
-- grain: one row an activity, the earliest first
-- parameters:
--   listed_from  date  period_start  first day on which a listed activity may begin
-- columns:
--   activity_id          varchar        the activity
--   activity_name        varchar        its name
--   kind                 varchar        its kind
--   unit_id              varchar        territory one level below the one chosen; empty for none
--   unit_name            varchar        name of that territory; empty for none
--   territory_name       varchar        name of its own territory
--   product_line         varchar        line promoted; empty means all
--   owner                varchar        'manufacturer' or a distributor_id
--   owner_name           varchar        name of the distributor or manufacturer that held it; empty for 'manufacturer'
--   submitted_on         date           day the plan was submitted
--   approved_on          date           day approved
--   starts_on            date           first day
--   ended_on             date           last day, the first where none is said or it lies before
--   evaluated_on         date           day evaluated
--   is_cancelled         boolean        whether it was cancelled
--   is_upcoming          boolean        whether it begins after the data end
--   is_within            boolean        whether it begins inside the window
--   has_reversed_days    boolean        whether it is said to end before it begins
--   invited_count        bigint         terminals invited
--   terminal_count       bigint         terminals that took part
--   attendee_count       bigint         people who came; empty where not said
--   planned_cost_amount  decimal(38,2)  planned cost
--   committed_amount     decimal(38,2)  committed; empty where nothing was said
--   actual_amount        decimal(38,2)  actual of what is settled; empty where nothing is
--   cost_amount          decimal(38,2)  actual, committed where not settled; empty where no cost is known
--   unsettled_amount     decimal(38,2)  the part of it that is committed only
--   is_settled           boolean        whether every item has its actual cost
with listed as (
    select *
    from selected_activities(
        $listed_from, $period_end, $territories, $manufacturers, $product_lines, $distributors
    )
),
items as (
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
invitations as (
    select
        activity_id,
        count(*) filter (where coalesce(is_invited, true)) as invited_count
    from activity_terminals
    group by activity_id
),
people as (
    select
        activity_id,
        count(*) as terminal_count,
        sum(attendee_count) as attendee_count
    from took_part()
    group by activity_id
)
select
    listed.activity_id,
    listed.name as activity_name,
    listed.kind,
    coalesce(placed.unit_id, '') as unit_id,
    coalesce(units.name, '') as unit_name,
    territories.name as territory_name,
    listed.product_line,
    listed.owner,
    coalesce(distributors.name, manufacturers.name) as owner_name,
    listed.submitted_on,
    listed.approved_on,
    listed.starts_on,
    listed.ended_on,
    listed.evaluated_on,
    listed.is_cancelled,
    listed.is_upcoming,
    listed.starts_on >= $period_start::date and listed.starts_on < $period_end::date as is_within,
    coalesce(listed.ends_on < listed.starts_on, false) as has_reversed_days,
    coalesce(invitations.invited_count, 0) as invited_count,
    coalesce(people.terminal_count, 0) as terminal_count,
    cast(people.attendee_count as bigint) as attendee_count,
    cast(listed.planned_cost_amount as decimal(38, 2)) as planned_cost_amount,
    cast(items.committed_amount as decimal(38, 2)) as committed_amount,
    cast(items.actual_amount as decimal(38, 2)) as actual_amount,
    cast(items.cost_amount as decimal(38, 2)) as cost_amount,
    cast(items.unsettled_amount as decimal(38, 2)) as unsettled_amount,
    coalesce(items.is_settled, false) as is_settled
from listed
left join territories on territories.territory_id = listed.territory_id
left join units_over_territories($territories) as placed on placed.territory_id = listed.territory_id
left join territories as units on units.territory_id = placed.unit_id
left join distributors on distributors.distributor_id = listed.owner
left join manufacturers on manufacturers.manufacturer_id = listed.owner
left join items on items.activity_id = listed.activity_id
left join invitations on invitations.activity_id = listed.activity_id
left join people on people.activity_id = listed.activity_id
order by listed.starts_on, listed.activity_id
