-- The customers of a state, of a move between the start and the end of the period, or of a move in one of its months. Without
-- a choice those at risk: dormant, shrinking, and lost within the period.
-- grain: one row a terminal, most at stake first
-- parameters:
--   state       varchar  ''    state at the end of the period; empty for any
--   from_state  varchar  ''    state at the start of the period, 'none' for not ordered yet; empty for any
--   moved_from  varchar  ''    state before a move within the period, 'none' for not ordered yet; empty for any
--   moved_to    varchar  ''    state after it; empty for no such choice
--   move_month  date     null  the month of the move; empty for any month of the period
-- columns:
--   terminal_id            varchar        the terminal
--   terminal_name          varchar        its name
--   state                  varchar        state at the end of the period
--   since_month            date           first month of that state
--   from_state             varchar        state at the start of the period; empty where it had not ordered
--   stake_amount           decimal(38,2)  pure sales of twelve months; where it is silent, of the twelve up to the last order
--   change_rate            double         against the same months a year before; empty where fewer than six can be compared
--   last_order_on          date           last day with an order
--   silent_days            integer        days since
--   usual_days             double         its usual gap between orders; empty with fewer than four order days
--   limit_days             integer        days of silence beyond which it is unusual
--   grade                  varchar        grade on the last day
--   city                   varchar        its city
--   owner_name             varchar        who is assigned on the last day, largest share of the credit first
--   main_distributor_name  varchar        who sold it most in the year up to its last order
with spans as (
    select
        end_of_view($period_end, null) as end_on,
        life_month_of($period_end, null) as to_month,
        cast($period_start::date - interval 1 month as date) as from_month
),
present as (
    select *
    from customers_in_months(
        life_month_of($period_end, null), life_month_of($period_end, null),
        $territories, $manufacturers, $product_lines, $distributors
    )
),
moved as (
    select distinct life_months.terminal_id
    from life_months
    cross join spans
    where $moved_to::varchar <> ''
        and life_months.state = $moved_to::varchar
        and case
            when $moved_from::varchar = '' then life_months.earlier_state is distinct from life_months.state
            else coalesce(life_months.earlier_state, 'none') = $moved_from::varchar
        end
        and life_months.life_month > spans.from_month
        and life_months.life_month <= spans.to_month
        and ($move_month::date is null or life_months.life_month = $move_month::date)
),
chosen as (
    select
        present.*,
        before.state as from_state
    from present
    cross join spans
    left join life_months as before on before.terminal_id = present.terminal_id and before.life_month = spans.from_month
    where case
        when $moved_to::varchar <> '' then present.terminal_id in (select moved.terminal_id from moved)
        when $state::varchar <> '' or $from_state::varchar <> '' then
            ($state::varchar = '' or present.state = $state::varchar)
            and ($from_state::varchar = '' or coalesce(before.state, 'none') = $from_state::varchar)
        else
            present.state in ('dormant', 'shrinking')
            or (present.state = 'lost' and present.since_month > spans.from_month)
    end
),
owners as (
    select
        held.terminal_id,
        string_agg(held.owner_name, ', ' order by held.credit_share desc, held.owner_name) as owner_name
    from (
        select
            assignments.terminal_id,
            coalesce(reps.name, assignments.rep_id) as owner_name,
            max(coalesce(assignments.credit_share, 1)) as credit_share
        from assignments
        cross join spans
        left join reps on reps.rep_id = assignments.rep_id
        where assignments.valid_from < spans.end_on
            and (assignments.valid_to is null or assignments.valid_to >= spans.end_on)
            and assignments.terminal_id in (select chosen.terminal_id from chosen)
        group by assignments.terminal_id, coalesce(reps.name, assignments.rep_id)
    ) as held
    group by held.terminal_id
),
grades as (
    select
        terminal_grades.terminal_id,
        arg_max(terminal_grades.grade, terminal_grades.valid_from) as grade
    from terminal_grades
    cross join spans
    where terminal_grades.valid_from < spans.end_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to >= spans.end_on)
    group by terminal_grades.terminal_id
),
main_sellers as (
    select
        terminal_id,
        arg_max(seller_id, bought_amount) as seller_id
    from (
        select
            sales.terminal_id,
            sales.seller_id,
            sum(sales.sales_amount) as bought_amount
        from terminal_months as sales
        join chosen on chosen.terminal_id = sales.terminal_id
        where sales.sales_month > date_trunc('month', chosen.last_order_on) - interval 12 month
            and sales.sales_month <= chosen.life_month
        group by sales.terminal_id, sales.seller_id
    ) as summed
    group by terminal_id
)
select
    chosen.terminal_id,
    institutions.name as terminal_name,
    chosen.state,
    chosen.since_month,
    chosen.from_state,
    chosen.stake_amount,
    chosen.change_rate,
    chosen.last_order_on,
    cast(spans.end_on - 1 - chosen.last_order_on as integer) as silent_days,
    chosen.usual_days,
    chosen.limit_days,
    grades.grade,
    coalesce(cities.name, institutions.city) as city,
    owners.owner_name,
    coalesce(distributors.name, manufacturers.name, main_sellers.seller_id) as main_distributor_name
from chosen
cross join spans
join terminals as institutions on institutions.terminal_id = chosen.terminal_id
left join territories as cities on cities.territory_id = institutions.territory_id and cities.level = 'city'
left join owners on owners.terminal_id = chosen.terminal_id
left join grades on grades.terminal_id = chosen.terminal_id
left join main_sellers on main_sellers.terminal_id = chosen.terminal_id
left join distributors on distributors.distributor_id = main_sellers.seller_id
left join manufacturers on manufacturers.manufacturer_id = main_sellers.seller_id
order by chosen.stake_amount desc, chosen.terminal_id
