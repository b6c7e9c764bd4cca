-- Who one terminal is on the last day looked at: kind, place, grade, owner, potential, and what it bought in the window.
-- grain: one row, none where the terminal is not known
-- parameters:
--   terminal  varchar  ''  the terminal
-- columns:
--   terminal_id            varchar        the terminal
--   terminal_name          varchar        its name
--   type                   varchar        kind of institution
--   level                  varchar        level or size class
--   city                   varchar        its city
--   is_target              boolean        whether it is on the target list; empty means not said
--   opened_on              date           day it opened
--   closed_on              date           day it closed
--   territory_id           varchar        territory it belongs to on the last day
--   territory_name         varchar        its name
--   moved_on               date           day it came to that territory from another; empty where it never moved
--   earlier_name           varchar        the territory before that
--   grade                  varchar        its grade
--   owner_name             varchar        who is assigned, largest share of the credit first
--   potential_amount       decimal(38,2)  what it could buy in a year; empty where not known
--   potential_year         integer        the year that is for
--   potential_source       varchar        survey, estimate, both as 'mixed', or 'similar': estimated here from similar terminals; empty where not said
--   potential_low_amount   decimal(38,2)  lower end of the range of what was estimated here; empty otherwise
--   potential_high_amount  decimal(38,2)  upper end
--   year_amount            decimal(38,2)  pure sales of the window
--   base_amount            decimal(38,2)  pure sales of the window compared with
--   return_amount          decimal(38,2)  returns within the window, zero or negative
--   line_count             bigint         product lines bought, net above zero
--   product_count          bigint         products bought, net above zero
--   offered_line_count     bigint         product lines that any terminal bought
--   offered_product_count  bigint         products that any terminal bought
--   ever_amount            decimal(38,2)  pure sales since the data begin
--   last_visited_on        date           last visit; empty without one
--   data_start_on          date           first day of the data
with view_end as (
    select end_of_view($period_end, null) as end_on
),
placed as (
    select
        placements.territory_id,
        placements.placed_from,
        placements.placed_to is null or placements.placed_to >= view_end.end_on as is_now,
        lag(placements.territory_id) over (order by placements.placed_from) as earlier_id
    from placements
    cross join view_end
    where placements.terminal_id = $terminal::varchar and placements.placed_from < view_end.end_on
),
place_now as (
    select *
    from placed
    where is_now
    order by placed_from desc
    limit 1
),
grades as (
    select arg_max(terminal_grades.grade, terminal_grades.valid_from) as grade
    from terminal_grades
    cross join view_end
    where terminal_grades.terminal_id = $terminal::varchar
        and terminal_grades.valid_from < view_end.end_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to >= view_end.end_on)
),
owners as (
    select string_agg(owner_name, ', ' order by credit_share desc, owner_name) as owner_name
    from (
        select
            coalesce(reps.name, assignments.rep_id) as owner_name,
            max(coalesce(assignments.credit_share, 1)) as credit_share
        from assignments
        cross join view_end
        left join reps on reps.rep_id = assignments.rep_id
        where assignments.terminal_id = $terminal::varchar
            and assignments.valid_from < view_end.end_on
            and (assignments.valid_to is null or assignments.valid_to >= view_end.end_on)
            and (assignments.product_line is null or in_list($product_lines, assignments.product_line))
        group by coalesce(reps.name, assignments.rep_id)
    ) as held
),
chosen_lines as (
    select distinct product_line
    from products
    where in_list($manufacturers, manufacturer_id) and in_list($product_lines, product_line)
),
-- a row without a line holds all lines together; where lines are chosen only their own rows speak
given as (
    select
        potentials.year,
        coalesce(potentials.product_line, '') as product_line,
        potentials.potential_amount,
        potentials.source
    from potentials
    where potentials.terminal_id = $terminal::varchar
        and (
            (len($manufacturers::varchar[]) = 0 and len($product_lines::varchar[]) = 0)
            or potentials.product_line in (select chosen_lines.product_line from chosen_lines)
        )
),
yearly as (
    select
        given.year,
        sum(given.potential_amount) as potential_amount,
        case when count(distinct given.source) > 1 then 'mixed' else min(given.source) end as potential_source
    from given
    left join (select distinct year from given where product_line = '') as wholes on wholes.year = given.year
    where (wholes.year is null and given.product_line <> '') or (wholes.year is not null and given.product_line = '')
    group by given.year
),
supplied as (
    select yearly.*
    from yearly
    cross join view_end
    order by
        yearly.year <= extract(year from view_end.end_on - 1) desc,
        abs(yearly.year - extract(year from view_end.end_on - 1))
    limit 1
),
-- where nobody supplied one, the estimate made at publish; lines chosen are added up, and so are their ranges, which is wide
estimated as (
    select
        sum(estimates.potential_amount) as potential_amount,
        sum(estimates.potential_low_amount) as potential_low_amount,
        sum(estimates.potential_high_amount) as potential_high_amount
    from potential_estimates as estimates
    where estimates.terminal_id = $terminal::varchar
        and case
            when len($manufacturers::varchar[]) = 0 and len($product_lines::varchar[]) = 0 then estimates.product_line = ''
            else estimates.product_line in (select chosen_lines.product_line from chosen_lines)
        end
),
items as (
    select
        product_id,
        product_line,
        sum(current_amount) as year_amount,
        sum(base_amount) as base_amount,
        sum(case when sales_month >= $period_start::date and sales_month < $period_end::date then return_amount else 0 end) as return_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month, []::varchar[], $manufacturers, $product_lines, []::varchar[]
    )
    where terminal_id = $terminal::varchar
    group by product_id, product_line
),
summed as (
    select
        sum(year_amount) as year_amount,
        sum(base_amount) as base_amount,
        sum(return_amount) as return_amount,
        count(case when year_amount > 0 then 1 end) as product_count
    from items
),
-- an estimate is never below what it bought in the window looked at
potential as (
    select
        coalesce(
            supplied.potential_amount,
            case when estimated.potential_amount is not null then greatest(estimated.potential_amount, bought.year_amount) end
        ) as potential_amount,
        coalesce(supplied.year, case when estimated.potential_amount is not null then extract(year from view_end.end_on - 1) end)::integer as year,
        case when supplied.potential_amount is null and estimated.potential_amount is not null then 'similar' else supplied.potential_source end as potential_source,
        case when supplied.potential_amount is null and estimated.potential_low_amount is not null then greatest(estimated.potential_low_amount, bought.year_amount) end as potential_low_amount,
        case when supplied.potential_amount is null and estimated.potential_high_amount is not null then greatest(estimated.potential_high_amount, bought.year_amount) end as potential_high_amount
    from estimated
    cross join view_end
    cross join (select coalesce(year_amount, 0) as year_amount from summed) as bought
    left join supplied on true
),
lines_bought as (
    select count(*) as line_count
    from (
        select product_line
        from items
        where product_line is not null
        group by product_line
        having sum(year_amount) > 0
    ) as bought
),
ever as (
    select sum(sales_amount) as ever_amount
    from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where terminal_id = $terminal::varchar and sales_month < $period_end::date
),
last_visits as (
    select max(visits.visited_on) as last_visited_on
    from visits
    cross join view_end
    where visits.terminal_id = $terminal::varchar and visits.visited_on < view_end.end_on
),
beginning as (
    select min(sales_month) as data_start_on
    from terminal_months
)
select
    terminals.terminal_id,
    terminals.name as terminal_name,
    terminals.type,
    terminals.level,
    terminals.city,
    terminals.is_target,
    terminals.opened_on,
    terminals.closed_on,
    coalesce(place_now.territory_id, terminals.territory_id) as territory_id,
    territories.name as territory_name,
    case when place_now.earlier_id <> place_now.territory_id then place_now.placed_from end as moved_on,
    earlier.name as earlier_name,
    grades.grade,
    owners.owner_name,
    potential.potential_amount::decimal(38, 2) as potential_amount,
    potential.year as potential_year,
    potential.potential_source,
    potential.potential_low_amount::decimal(38, 2) as potential_low_amount,
    potential.potential_high_amount::decimal(38, 2) as potential_high_amount,
    coalesce(summed.year_amount, 0)::decimal(38, 2) as year_amount,
    coalesce(summed.base_amount, 0)::decimal(38, 2) as base_amount,
    coalesce(summed.return_amount, 0)::decimal(38, 2) as return_amount,
    coalesce(lines_bought.line_count, 0) as line_count,
    coalesce(summed.product_count, 0) as product_count,
    offered.line_count as offered_line_count,
    offered.product_count as offered_product_count,
    coalesce(ever.ever_amount, 0)::decimal(38, 2) as ever_amount,
    last_visits.last_visited_on,
    beginning.data_start_on
from terminals
cross join summed
cross join lines_bought
cross join ever
cross join grades
cross join owners
cross join last_visits
cross join beginning
cross join range_offered($period_start, $period_end, null, $manufacturers, $product_lines, []::varchar[]) as offered
left join place_now on true
left join potential on true
left join territories on territories.territory_id = coalesce(place_now.territory_id, terminals.territory_id)
left join territories as earlier
    on earlier.territory_id = place_now.earlier_id and place_now.earlier_id <> place_now.territory_id
where terminals.terminal_id = $terminal::varchar
