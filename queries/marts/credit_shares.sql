-- Who is credited with what a terminal buys, by line and stretch of days (分摊比例): the assignments of the day, split by
-- credit_share. An assignment for the line beats those for every line. Shares above one together are scaled down to one;
-- what is missing to one belongs to nobody and has no row.
-- grain: one row a terminal, product line it bought, first day and rep
-- columns:
--   terminal_id     varchar        the terminal
--   product_line    varchar        product line; empty for products without one
--   credited_from   date           first day
--   credited_to     date           first day it no longer holds; empty while it holds
--   rep_id          varchar        the rep
--   credit_share    decimal(18,6)  share as given, those of one rep together
--   before_share    decimal(18,6)  shares of the reps before, by id
--   divisor_share   decimal(18,6)  what both are divided by: one, or the sum of shares where it is above one
--   territory_id    varchar        territory of the terminal today
with bought as (
    select distinct
        flow_months.buyer_id as terminal_id,
        coalesce(flow_months.product_line, '') as product_line
    from flow_months
    where flow_months.stage = 'pure_sales'
),
held as (
    select
        terminal_id,
        rep_id,
        coalesce(product_line, '') as product_line,
        case
            when credit_share is null then cast(1 as decimal(18, 6))
            when credit_share < 0 then cast(0 as decimal(18, 6))
            else cast(credit_share as decimal(18, 6))
        end as credit_share,
        valid_from,
        valid_to
    from assignments
    where valid_to is null or valid_to > valid_from
),
candidates as (
    select
        bought.terminal_id,
        bought.product_line,
        held.rep_id,
        held.credit_share,
        held.valid_from,
        held.valid_to,
        case when held.product_line = '' then 0 else 1 end as closeness
    from bought
    join held on held.terminal_id = bought.terminal_id and held.product_line in ('', bought.product_line)
),
edges as (
    select terminal_id, product_line, valid_from as edge_on from candidates
    union
    select terminal_id, product_line, valid_to as edge_on from candidates where valid_to is not null
),
stretches as (
    select
        terminal_id,
        product_line,
        edge_on as credited_from,
        lead(edge_on) over (partition by terminal_id, product_line order by edge_on) as credited_to
    from edges
),
in_force as (
    select
        stretches.terminal_id,
        stretches.product_line,
        stretches.credited_from,
        stretches.credited_to,
        candidates.rep_id,
        candidates.credit_share,
        candidates.closeness,
        max(candidates.closeness) over (
            partition by stretches.terminal_id, stretches.product_line, stretches.credited_from
        ) as closest
    from stretches
    join candidates on candidates.terminal_id = stretches.terminal_id
        and candidates.product_line = stretches.product_line
        and candidates.valid_from <= stretches.credited_from
        and (candidates.valid_to is null or stretches.credited_from < candidates.valid_to)
),
summed as (
    select
        terminal_id,
        product_line,
        credited_from,
        credited_to,
        rep_id,
        cast(sum(credit_share) as decimal(18, 6)) as credit_share
    from in_force
    where closeness = closest
    group by terminal_id, product_line, credited_from, credited_to, rep_id
),
running as (
    select
        *,
        sum(credit_share) over (
            partition by terminal_id, product_line, credited_from
            order by rep_id
            rows between unbounded preceding and current row
        ) as running_share,
        sum(credit_share) over (partition by terminal_id, product_line, credited_from) as all_share
    from summed
)
select
    running.terminal_id,
    running.product_line,
    running.credited_from,
    running.credited_to,
    running.rep_id,
    running.credit_share,
    cast(running.running_share - running.credit_share as decimal(18, 6)) as before_share,
    cast(case when running.all_share > 1 then running.all_share else 1 end as decimal(18, 6)) as divisor_share,
    terminals.territory_id
from running
join terminals on terminals.terminal_id = running.terminal_id
order by running.terminal_id, running.product_line, running.credited_from, running.rep_id
