-- Names or ids somebody wrote down, and the terminals they mean: the id first, else the name in either language, letter for
-- letter but for case and spaces around it.
-- grain: one row a name and terminal
-- parameters:
--   names  varchar[]  []  names or ids
-- columns:
--   given        varchar  as written
--   terminal_id  varchar  the terminal; empty where nobody is called so
--   match_count  bigint   terminals it could mean
with given as (
    select distinct unnest($names::varchar[]) as name
),
by_id as (
    select given.name, terminals.terminal_id
    from given
    join terminals on terminals.terminal_id = trim(given.name)
),
by_name as (
    select given.name, terminals.terminal_id
    from given
    join terminals
        on lower(trim(terminals.name)) = lower(trim(given.name)) or lower(trim(terminals.name_en)) = lower(trim(given.name))
    where given.name not in (select by_id.name from by_id)
),
found as (
    select * from by_id
    union
    select * from by_name
)
select
    given.name as given,
    found.terminal_id,
    count(found.terminal_id) over (partition by given.name) as match_count
from given
left join found on found.name = given.name
order by given.name, found.terminal_id
