-- Whom to invite to an activity that starts in $start_month: what each terminal could still buy, and why some should not be
-- invited now. Sales and potential are of the twelve months to the end of the data, of the lines chosen; a potential nobody
-- supplied is the estimate made at publish, raised to what is bought. Left out, the first that holds: not reported (a
-- supplier is late), exposed (took part less than $post_months months before), upcoming (invited to one within as many
-- months), inactive (no purchase of any line in those twelve months), saturated (buys all of a potential that was supplied).
-- grain: one row a terminal that is open; those to invite first, the largest unrealised potential on top, then the others
-- parameters:
--   start_month   date       period_end  month the activity starts in
--   as_of_month   date       period_end  the month after the data
--   year_month    date       period_start  the month a year before that
--   post_months   integer    6           months an activity is given to work
--   supplier      varchar    ''          only terminals this distributor sold to in the year; empty for all
--   types         varchar[]  []          only these types; empty for all
--   grades        varchar[]  []          only these grades; empty for all
--   terminals     varchar[]  []          only these; then nobody beyond the limits is dropped
--   most          integer    3000        terminals at most of either sort
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   grade             varchar        its grade; empty for none
--   type              varchar        kind of institution
--   territory_name    varchar        its territory
--   region_id         varchar        its region
--   potential_amount  decimal(38,2)  potential a year
--   is_estimated      boolean        whether that is an estimate
--   year_amount       decimal(38,2)  bought in the twelve months, of the lines chosen
--   all_amount        decimal(38,2)  … of all lines
--   open_amount       decimal(38,2)  potential not bought; empty where no potential is known
--   last_exposed_on   date           start of the last activity it took part in, at any time
--   next_exposed_on   date           start of the next one it is invited to
--   activity_name     varchar        the activity that speaks against inviting it
--   reason            varchar        unreported, exposed, upcoming, inactive or saturated; empty: to be invited
--   place             bigint         rank among those to invite, and among the others
--   reason_count      bigint         terminals with the same reason, those beyond the limit included
with span as (
    select
        $start_month::date as start_month,
        $as_of_month::date as end_month,
        months_known($as_of_month) as month_count
),
-- who took part where that is over, who is invited where it is to come
spoken as (
    select
        activity_id,
        coalesce(bool_or(is_attended is not null), false) as is_attendance_known
    from activity_terminals
    group by activity_id
),
exposures as (
    select
        activity_terminals.terminal_id,
        activities.activity_id,
        activities.name,
        activities.starts_on,
        cast(date_trunc('month', activities.starts_on) as date) as activity_month,
        activities.starts_on > workspace.data_through_on as is_upcoming
    from activity_terminals
    join activities on activities.activity_id = activity_terminals.activity_id
    join spoken on spoken.activity_id = activities.activity_id
    cross join workspace
    where coalesce(activities.status, '') <> 'cancelled'
        and case
            when activities.starts_on > workspace.data_through_on then coalesce(activity_terminals.is_invited, true)
            when spoken.is_attendance_known then coalesce(activity_terminals.is_attended, false)
            else coalesce(activity_terminals.is_invited, true)
        end
),
exposed as (
    select
        exposures.terminal_id,
        max(exposures.starts_on) filter (where not exposures.is_upcoming) as last_exposed_on,
        min(exposures.starts_on) filter (where exposures.is_upcoming) as next_exposed_on,
        max_by(exposures.name, exposures.starts_on) filter (
            where not exposures.is_upcoming and exposures.activity_month > span.start_month - $post_months::integer * interval 1 month
        ) as last_name,
        min_by(exposures.name, exposures.starts_on) filter (
            where exposures.is_upcoming
                and exposures.activity_month > span.start_month - $post_months::integer * interval 1 month
                and exposures.activity_month < span.start_month + $post_months::integer * interval 1 month
        ) as next_name
    from exposures
    cross join span
    group by exposures.terminal_id
),
bought as (
    select
        terminal_id,
        sum(sales_amount) as all_amount,
        coalesce(bool_or(distributor_id = $supplier::varchar and sales_amount > 0), false) as is_supplied
    from terminal_months
    where sales_month >= $year_month::date and sales_month < $as_of_month::date
    group by terminal_id
),
standing as (
    select
        covered.*,
        territories.name as territory_name,
        territory_places.region_id,
        span.month_count,
        bought.all_amount,
        coalesce(bought.is_supplied, false) as is_supplied,
        exposed.last_exposed_on,
        exposed.next_exposed_on,
        exposed.last_name,
        exposed.next_name,
        coalesce(
            covered.potential_amount,
            raised_estimate(estimates.potential_amount, covered.year_amount, span.month_count)
        ) as possible_amount
    from covered_terminals(
        $year_month, $as_of_month, null, $territories, $manufacturers, $product_lines, $distributors
    ) as covered
    cross join span
    left join territories on territories.territory_id = covered.territory_id
    left join territory_places on territory_places.territory_id = covered.territory_id
    left join estimated_potentials($manufacturers, $product_lines) as estimates on estimates.terminal_id = covered.terminal_id
    left join bought on bought.terminal_id = covered.terminal_id
    left join exposed on exposed.terminal_id = covered.terminal_id
    where covered.is_open
),
judged as (
    select
        *,
        greatest(0, possible_amount * month_count / 12 - year_amount)::decimal(38, 2) as open_amount,
        case
            when life_state = 'unreported' then 'unreported'
            when last_name is not null then 'exposed'
            when next_name is not null then 'upcoming'
            when coalesce(all_amount, 0) <= 0 then 'inactive'
            when potential_amount * month_count / 12 <= year_amount then 'saturated'
        end as reason
    from standing
    where ($supplier::varchar = '' or is_supplied)
        and in_list($types, coalesce(type, ''))
        and in_list($grades, coalesce(grade, ''))
        and in_list($terminals, terminal_id)
),
ranked as (
    select
        *,
        row_number() over (
            partition by reason is null
            order by open_amount desc nulls last, all_amount desc nulls last, terminal_id
        ) as place,
        count(*) over (partition by reason) as reason_count
    from judged
)
select
    terminal_id,
    name as terminal_name,
    coalesce(grade, '') as grade,
    coalesce(type, '') as type,
    territory_name,
    coalesce(region_id, '') as region_id,
    possible_amount::decimal(38, 2) as potential_amount,
    potential_amount is null and possible_amount is not null as is_estimated,
    year_amount,
    coalesce(all_amount, 0)::decimal(38, 2) as all_amount,
    case when possible_amount is not null then open_amount end as open_amount,
    last_exposed_on,
    next_exposed_on,
    case reason when 'exposed' then last_name when 'upcoming' then next_name end as activity_name,
    reason,
    place,
    reason_count
from ranked
where place <= $most::integer or len($terminals::varchar[]) > 0
order by reason is not null, place
