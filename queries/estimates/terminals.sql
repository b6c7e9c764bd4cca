-- The terminals of the panel, numbered: those invited to an activity first, then the others in an order that depends on
-- their ids alone. Of more than $most_terminals a sample of the others stays, the same every time.
-- A terminal counts from the month after it opened and first bought to the month before it closed: the first orders of new
-- customers among those compared with would otherwise pass for growth that old customers who took part had missed.
-- grain: one row a terminal
-- parameters:
--   most_terminals  bigint  12000  terminals at most, those invited apart
-- columns:
--   terminal_number      bigint   place in the panel, from 0
--   terminal_id          varchar  the terminal
--   segment              varchar  its type
--   region_id            varchar  its region
--   first_counted_index  integer  first month it counts, in months since the first month of the panel
--   last_counted_index   integer  last month it counts; empty while it is open
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
invited as (
    select distinct terminal_id
    from activity_terminals
),
listed as (
    select
        terminals.terminal_id,
        coalesce(terminals.type, '') as segment,
        coalesce(territory_places.region_id, '') as region_id,
        invited.terminal_id is not null as is_invited,
        -- in the panel's first month nobody can tell a first order from the next one of many
        case when bought.bought_index > 0 then bought.bought_index + 1 else 0 end as bought_index,
        coalesce(datediff('month', span.first_month, terminals.opened_on) + 1, 0) as opened_index,
        datediff('month', span.first_month, terminals.closed_on) - 1 as closed_index
    from bought
    cross join span
    join terminals on terminals.terminal_id = bought.terminal_id
    left join territory_places on territory_places.territory_id = terminals.territory_id
    left join invited on invited.terminal_id = terminals.terminal_id
),
numbered as (
    select
        *,
        row_number() over (order by is_invited desc, md5(terminal_id), terminal_id) - 1 as terminal_number
    from listed
)
select
    terminal_number,
    terminal_id,
    segment,
    region_id,
    cast(greatest(bought_index, opened_index, 0) as integer) as first_counted_index,
    cast(closed_index as integer) as last_counted_index
from numbered
where is_invited or terminal_number < $most_terminals::bigint
order by terminal_number
