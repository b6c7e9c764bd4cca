-- Terminals worth acting on, each with its reason, what is at stake, its owner and when it was last seen. With a step, a
-- grade and depth, a line or product not bought by a kind, a unit of a look and what it lacks or who calls on it, or ids
-- chosen, the terminals of that choice instead.
-- grain: one row a terminal, most at stake first
-- parameters:
--   step_from   integer    0   reached this step of the ladder …; 0 for none chosen
--   step_until  integer    0   … and not this one
--   grade       varchar    ''  grade of the cell chosen
--   depth       integer    -1  product lines bought in the cell chosen; -1 for none
--   unbought    varchar    ''  product line or product not bought; empty for none
--   kind        varchar    ''  kind of terminal that does not buy it; '*' for all kinds
--   look        varchar    ''  all, territory, grade, kind, owner or potential: of which kind the unit chosen is; empty for none
--   unit        varchar    ''  the unit; empty for what is in none
--   lacking     varchar    ''  purchase (of all), active, listed or visited (of the targets): only those that are not
--   covered_by  varchar    ''  manufacturer, distributor, both or nobody: only those they called on in the period
--   terminals   varchar[]  []  ids chosen one by one
-- columns:
--   terminal_id            varchar        the terminal
--   terminal_name          varchar        its name
--   grade                  varchar        grade on the last day of the period
--   type                   varchar        kind of institution
--   city                   varchar        its city
--   reason                 varchar        the first that holds: never_ordered, gone_quiet, no_owner, not_visited; empty for none
--   is_never_ordered       boolean        grade A and has never ordered
--   is_gone_quiet          boolean        dormant: silent for longer than is usual for it, and every supplier has reported
--   is_without_owner       boolean        grade A and nobody is assigned on the last day
--   is_not_visited         boolean        grade A and no visit in the 90 days to the last day
--   stake_amount           decimal(38,2)  at stake: the year up to the last order if quiet, the potential if never ordered, else the last twelve months
--   sales_amount           decimal(38,2)  pure sales of the period
--   potential_amount       decimal(38,2)  potential a year; empty where not known
--   line_count             bigint         product lines bought in the period
--   product_count          bigint         products bought in the period
--   life_state             varchar        its state on everything it buys: new, growing, steady, shrinking, occasional, reactivated, dormant, lost, unreported, closed; empty before its first order
--   last_bought_on         date           last order
--   last_visited_on        date           last visit up to the last day
--   owner_name             varchar        who is assigned on the last day, largest share of the credit first
--   main_distributor_name  varchar        who sold it most in the year up to its last order
with standing as materialized (
    select *
    from reached_terminals($period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors)
),
view_end as (
    select end_of_view($period_end, null) as end_on
),
owners as (
    select
        terminal_id,
        string_agg(owner_name, ', ' order by credit_share desc, owner_name) as owner_name
    from owners_held($period_end, $product_lines)
    group by terminal_id
),
members as (
    select terminal_id
    from units_of('standing', $period_end, $territories, $product_lines)
    where look = $look::varchar and unit_id = $unit::varchar
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
buyers as (
    select distinct terminal_id
    from (
        select terminal_id
        from purchases_until($period_end, null, $territories, $manufacturers, $product_lines, $distributors)
        where $unbought::varchar <> ''
            and sales_month >= $period_start::date
            and (product_line = $unbought::varchar or product_id = $unbought::varchar)
        group by terminal_id, product_id, product_line
        having sum(bought_amount) > 0
    ) as bought
),
judged as (
    select
        standing.*,
        buyers.terminal_id is not null as is_buyer,
        owners.owner_name,
        cities.name as city_name,
        last_visits.last_visited_on,
        coalesce(distributors.name, manufacturers.name, standing.main_seller_id) as main_distributor_name,
        standing.is_open and coalesce(standing.grade = 'A', false) and not standing.has_ordered as is_never_ordered,
        standing.is_open and standing.has_ordered and coalesce(standing.life_state = 'dormant', false) as is_gone_quiet,
        standing.is_open
        and coalesce(standing.grade = 'A', false)
        and owners.terminal_id is null
        and exists (select 1 from assignments) as is_without_owner,
        standing.is_open
        and coalesce(standing.grade = 'A', false)
        and coalesce(last_visits.last_visited_on < view_end.end_on - 90, true)
        and exists (select 1 from visits) as is_not_visited
    from standing
    cross join view_end
    left join buyers on buyers.terminal_id = standing.terminal_id
    left join territories as cities on cities.territory_id = standing.territory_id and cities.level = 'city'
    left join owners on owners.terminal_id = standing.terminal_id
    left join last_visits on last_visits.terminal_id = standing.terminal_id
    left join distributors on distributors.distributor_id = standing.main_seller_id
    left join manufacturers on manufacturers.manufacturer_id = standing.main_seller_id
)
select
    terminal_id,
    name as terminal_name,
    grade,
    type,
    coalesce(city_name, city) as city,
    case
        when is_never_ordered then 'never_ordered'
        when is_gone_quiet then 'gone_quiet'
        when is_without_owner then 'no_owner'
        when is_not_visited then 'not_visited'
    end as reason,
    is_never_ordered,
    is_gone_quiet,
    is_without_owner,
    is_not_visited,
    case
        when not has_ordered then potential_amount
        when life_state in ('dormant', 'lost', 'unreported', 'closed') then last_year_amount
        else year_amount
    end::decimal(38, 2) as stake_amount,
    sales_amount,
    potential_amount,
    line_count,
    product_count,
    life_state,
    last_bought_on,
    last_visited_on,
    owner_name,
    main_distributor_name
from judged
where case
    when len($terminals::varchar[]) > 0 then terminal_id in (select unnest($terminals::varchar[]) as terminal_id)
    when $look::varchar <> '' then
        terminal_id in (select members.terminal_id from members)
        and case $lacking::varchar
            when 'purchase' then not is_active
            when 'active' then is_counted and not is_active
            when 'listed' then is_counted and not is_listed
            when 'visited' then is_counted and not is_visited
            else true
        end
        and ($covered_by::varchar = '' or (is_held and covered_by = $covered_by::varchar))
    when $step_from::integer > 0 then step_number >= $step_from::integer and step_number < $step_until::integer
    when $depth::integer >= 0 then
        coalesce(grade, '') = $grade::varchar
        and least(depth_count, 5) = $depth::integer
        and is_open
        and (is_counted or grade is not null)
    when $unbought::varchar <> '' then is_counted and $kind::varchar in (kind, '*') and not is_buyer
    else is_never_ordered or is_gone_quiet or is_without_owner or is_not_visited
end
order by stake_amount desc nulls last, terminal_id
