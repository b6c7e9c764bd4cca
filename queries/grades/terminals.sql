-- What each terminal buys and could buy, for grading: its pure sales of twelve months, its potential, the grade it has. Open
-- terminals that are targets, have a grade or bought. All territories come, as a grade is a place among all; is_shown says
-- which the territories chosen hold. Where nobody supplied a potential it is the estimate made at publish.
-- grain: one row a terminal
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   type              varchar        kind of institution
--   kind              varchar        kind it is compared within: its type, or its level where all are of one type
--   city              varchar        its city
--   is_shown          boolean        whether it lies in the territories chosen
--   grade             varchar        grade on the last day of the period; empty for none
--   is_doubly_graded  boolean        whether two grades hold on that day: the one that began last counts
--   year_amount       decimal(38,2)  pure sales of the twelve months to the last day of the period
--   month_count       bigint         months of data in those twelve
--   potential_amount  decimal(38,2)  potential a year; empty where neither known nor estimated
--   is_estimated      boolean        whether the potential is an estimate; empty where there is none
--   share_rate        double         pure sales ÷ potential of the same months
--   open_amount       decimal(38,2)  potential not bought, never below zero
--   is_late           boolean        whether somebody who supplied it in those months has not reported the last one
--   last_bought_on    date           last order
--   last_visited_on   date           last visit up to the last day
--   owner_name        varchar        who is assigned on the last day, largest share of the credit first
with view_end as (
    select
        end_on,
        cast($period_end::date - interval 12 month as date) as year_from
    from (select end_of_view($period_end, null) as end_on) as ending
),
spans as (
    select months_known($period_end) as month_count
),
-- a month not yet over may still be missing: then a seller is judged by the month before
late_sellers as (
    select reports.seller_id
    from (
        select
            seller_id,
            max(flow_month) as last_month
        from flow_months
        group by seller_id
    ) as reports
    cross join view_end
    cross join workspace
    where reports.last_month < case
        when not workspace.is_month_complete and workspace.data_month = date_trunc('month', view_end.end_on - 1)
            then workspace.data_month - interval 1 month
        else date_trunc('month', view_end.end_on - 1)
    end
),
late_terminals as (
    select distinct terminal_months.terminal_id
    from terminal_months
    join late_sellers on late_sellers.seller_id = terminal_months.seller_id
    cross join view_end
    where terminal_months.sales_month >= view_end.year_from and terminal_months.sales_month < view_end.end_on
),
double_grades as (
    select terminal_grades.terminal_id
    from terminal_grades
    cross join view_end
    where terminal_grades.valid_from < view_end.end_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to >= view_end.end_on)
    group by terminal_grades.terminal_id
    having count(*) > 1
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
        cross join view_end
        left join reps on reps.rep_id = assignments.rep_id
        where assignments.valid_from < view_end.end_on
            and (assignments.valid_to is null or assignments.valid_to >= view_end.end_on)
            and (assignments.product_line is null or in_list($product_lines, assignments.product_line))
        group by assignments.terminal_id, coalesce(reps.name, assignments.rep_id)
    ) as held
    group by held.terminal_id
),
last_visits as (
    select
        visits.terminal_id,
        max(visits.visited_on) as last_visited_on
    from visits
    cross join view_end
    where visits.visited_on < view_end.end_on
    group by visits.terminal_id
),
standing as (
    select
        covered.*,
        spans.month_count,
        coalesce(
            covered.potential_amount,
            raised_estimate(estimates.potential_amount, covered.year_amount, spans.month_count)
        ) as possible_amount,
        case
            when covered.potential_amount is not null then false
            when estimates.potential_amount is not null then true
        end as is_estimated
    from covered_terminals(
        $period_start, $period_end, null, []::varchar[], $manufacturers, $product_lines, $distributors
    ) as covered
    cross join spans
    left join estimated_potentials($manufacturers, $product_lines) as estimates on estimates.terminal_id = covered.terminal_id
    where covered.is_open and (covered.is_counted or covered.grade is not null or covered.year_amount > 0)
)
select
    standing.terminal_id,
    standing.name as terminal_name,
    standing.type,
    standing.kind,
    coalesce(cities.name, standing.city) as city,
    in_territories($territories, standing.territory_id) as is_shown,
    coalesce(standing.grade, '') as grade,
    double_grades.terminal_id is not null as is_doubly_graded,
    standing.year_amount,
    standing.month_count,
    standing.possible_amount::decimal(38, 2) as potential_amount,
    standing.is_estimated,
    standing.year_amount / nullif(standing.possible_amount * standing.month_count / 12, 0) as share_rate,
    greatest(0, standing.possible_amount * standing.month_count / 12 - standing.year_amount)::decimal(38, 2) as open_amount,
    late_terminals.terminal_id is not null as is_late,
    standing.last_bought_on,
    last_visits.last_visited_on,
    owners.owner_name
from standing
left join late_terminals on late_terminals.terminal_id = standing.terminal_id
left join double_grades on double_grades.terminal_id = standing.terminal_id
left join territories as cities on cities.territory_id = standing.territory_id and cities.level = 'city'
left join owners on owners.terminal_id = standing.terminal_id
left join last_visits on last_visits.terminal_id = standing.terminal_id
order by standing.terminal_id
