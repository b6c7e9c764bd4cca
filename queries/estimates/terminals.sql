-- The terminals of the panel, numbered: those that took part in an activity first, then the others in an order that
-- depends on their ids alone. Of more than $most_terminals a sample of the others stays, the same every time.
-- grain: one row a terminal
-- columns:
--   terminal_number  bigint   place in the panel, from 0
--   terminal_id      varchar  the terminal
--   segment          varchar  its type
--   region_id        varchar  its region
with bought as (
    select distinct terminal_id
    from sales_months
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
        invited.terminal_id is not null as is_invited
    from bought
    join terminals on terminals.terminal_id = bought.terminal_id
    left join territory_places on territory_places.territory_id = terminals.territory_id
    left join invited on invited.terminal_id = terminals.terminal_id
),
chosen as (
    select
        *,
        row_number() over (order by is_invited desc, md5(terminal_id), terminal_id) - 1 as terminal_number
    from listed
)
select
    terminal_number,
    terminal_id,
    segment,
    region_id
from chosen
where is_invited or terminal_number < $most_terminals::bigint
order by terminal_number
