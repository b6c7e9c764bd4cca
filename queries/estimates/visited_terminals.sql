-- The terminals on which the effect of joint visits is measured, those visited jointly first. Of more than
-- $most_visited of them, or of more than $most_terminals in all, a sample stays, the same every time.
-- A terminal counts from the month after it opened and first bought to the month before it closed, as for activities.
-- grain: one row a terminal
-- parameters:
--   most_visited    bigint  4000   terminals visited jointly at most
--   most_terminals  bigint  12000  terminals at most
-- columns:
--   terminal_number      bigint   place in the panel, from 0
--   terminal_id          varchar  the terminal
--   segment              varchar  its type
--   region_id            varchar  its region
--   first_counted_index  integer  first month it counts, in months since the first month of the panel
--   last_counted_index   integer  last month it counts; empty while it is open
--   is_visited           boolean  whether it was ever visited jointly
with span as (
    select min(flow_month) as first_month
    from flow_months
),
bought as (
    select
        sales_months.terminal_id,
        datediff('month', any_value(span.first_month), min(sales_months.sales_month)) as bought_index
    from sales_months
    cross join span
    where sales_months.sales_amount > 0
    group by sales_months.terminal_id
),
visited as (
    select distinct terminal_id
    from all_calls()
    where is_joint
),
listed as (
    select
        terminals.terminal_id,
        coalesce(terminals.type, '') as segment,
        coalesce(territory_places.region_id, '') as region_id,
        visited.terminal_id is not null as is_visited,
        -- in the panel's first month nobody can tell a first order from the next one of many
        case when bought.bought_index > 0 then bought.bought_index + 1 else 0 end as bought_index,
        coalesce(datediff('month', span.first_month, terminals.opened_on) + 1, 0) as opened_index,
        datediff('month', span.first_month, terminals.closed_on) - 1 as closed_index
    from bought
    cross join span
    join terminals on terminals.terminal_id = bought.terminal_id
    left join territory_places on territory_places.territory_id = terminals.territory_id
    left join visited on visited.terminal_id = terminals.terminal_id
),
ranked as (
    select
        *,
        row_number() over (partition by is_visited order by md5(terminal_id), terminal_id) as place
    from listed
),
numbered as (
    select
        *,
        row_number() over (order by is_visited desc, place) - 1 as terminal_number
    from ranked
    where not is_visited or place <= $most_visited::bigint
)
select
    terminal_number,
    terminal_id,
    segment,
    region_id,
    cast(greatest(bought_index, opened_index, 0) as integer) as first_counted_index,
    cast(closed_index as integer) as last_counted_index,
    is_visited
from numbered
where terminal_number < $most_terminals::bigint
order by terminal_number
