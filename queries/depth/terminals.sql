-- The terminals that potentials and white space are estimated for: those open on the last day of the data. A late report
-- is that of a seller that sold in each of the three months before and of which the last whole month holds no line, for up
-- to three months: what its customers buy now is not known.
-- grain: one row a terminal
-- parameters:
--   start_month   date  period_start  first month of the window
--   before_month  date  null          first month of the twelve before
--   end_month     date  period_end    the month after the window
-- columns:
--   terminal_id        varchar  the terminal
--   type               varchar  its type
--   level              varchar  its level
--   region_id          varchar  its region
--   grade              varchar  its grade on the last day
--   is_member          boolean  open through the whole window
--   is_member_before   boolean  open through the twelve months before as well
--   had_ordered        boolean  whether it ordered anything before the window
--   is_buying          boolean  whether it ordered in the window's last three months
--   is_reported        boolean  whether no seller it bought from in the window is late
with ends as (
    select
        data_through_on,
        cast($end_month::date - interval 1 month as date) as last_month
    from workspace
),
sold as (
    select distinct
        seller_id,
        flow_month
    from flow_months
    where stage = 'pure_sales'
),
last_seen as (
    select
        sold.seller_id,
        max(sold.flow_month) as seen_month
    from sold
    cross join ends
    where sold.flow_month <= ends.last_month
    group by sold.seller_id
),
late as (
    select last_seen.seller_id
    from last_seen
    cross join ends
    join sold
        on sold.seller_id = last_seen.seller_id
        and sold.flow_month <= last_seen.seen_month
        and sold.flow_month > last_seen.seen_month - interval 3 month
    where last_seen.seen_month < ends.last_month and last_seen.seen_month >= ends.last_month - interval 3 month
    group by last_seen.seller_id
    having count(*) = 3
),
owed as (
    select distinct terminal_months.terminal_id
    from terminal_months
    join late on late.seller_id = terminal_months.seller_id
    where terminal_months.sales_month >= $start_month::date
),
buying as (
    select distinct terminal_id
    from terminal_months
    where last_bought_on is not null
        and sales_month >= $end_month::date - interval 3 month
        and sales_month < $end_month::date
),
known as (
    select distinct terminal_id
    from terminal_months
    where last_bought_on is not null and sales_month < $start_month::date
),
grades as (
    select
        terminal_grades.terminal_id,
        arg_max(terminal_grades.grade, terminal_grades.valid_from) as grade
    from terminal_grades
    cross join ends
    where terminal_grades.valid_from <= ends.data_through_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to > ends.data_through_on)
    group by terminal_grades.terminal_id
)
select
    terminals.terminal_id,
    terminals.type,
    terminals.level,
    territory_places.region_id,
    grades.grade,
    coalesce(terminals.opened_on <= $start_month::date, true) as is_member,
    coalesce(terminals.opened_on <= $before_month::date, true) as is_member_before,
    known.terminal_id is not null as had_ordered,
    buying.terminal_id is not null as is_buying,
    owed.terminal_id is null as is_reported
from terminals
cross join ends
left join territory_places on territory_places.territory_id = terminals.territory_id
left join known on known.terminal_id = terminals.terminal_id
left join buying on buying.terminal_id = terminals.terminal_id
left join grades on grades.terminal_id = terminals.terminal_id
left join owed on owed.terminal_id = terminals.terminal_id
where (terminals.closed_on is null or terminals.closed_on > ends.data_through_on)
    and (terminals.opened_on is null or terminals.opened_on <= ends.data_through_on)
order by terminals.terminal_id
