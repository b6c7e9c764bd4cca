-- Who could plausibly close the gap until $closes_on: terminals × product lines by value, each with one reason, its owner,
-- its distributor and its last order. What waits for a distributor's late file is left out.
-- grain: one row a terminal and product line, largest amount first
-- parameters:
--   closes_on  date    year_end  first day after the period to close
--   reason     varchar  ''        gone_quiet, behind_habit or potential alone; empty for all
--   row_limit  bigint  300       rows at most
-- columns:
--   terminal_id       varchar        the terminal
--   terminal_name     varchar        its name
--   product_line      varchar        the product line; empty for products without one
--   reason            varchar        gone_quiet, behind_habit or potential
--   plausible_amount  decimal(38,2)  what it could bring until then, beyond what it buys now
--   usual_amount      decimal(38,2)  its usual month: the year up to its last order if quiet, its habit, else its last twelve months
--   potential_amount  decimal(38,2)  potential of the year; empty where not known
--   last_bought_on    date           last order of the line; empty for none
--   silent_days       bigint         days since then
--   rhythm_days       bigint         its usual days between buying months; empty where it never bought
--   owner_name        varchar        who owns it today, the largest share of the credit first
--   distributor_name  varchar        who sold it most of the line
--   territory_name    varchar        its territory
--   all_count         bigint         rows, those beyond the limit included
--   all_amount        decimal(38,2)  what they come to
with items as (
    select *
    from closing_items($closes_on, $territories, $manufacturers, $product_lines, $distributors)
    where reason <> 'unreported' and plausible_amount > 0 and ($reason = '' or reason = $reason)
),
ranked as (
    select
        *,
        count(*) over () as all_count,
        sum(plausible_amount) over () as all_amount
    from items
    order by plausible_amount desc, terminal_id, product_line
    limit $row_limit::bigint
),
held as (
    select
        ranked.terminal_id,
        ranked.product_line,
        coalesce(reps.name, assignments.rep_id) as owner_name,
        max(coalesce(assignments.credit_share, 1)) as credit_share,
        max(case when coalesce(assignments.product_line, '') = '' then 0 else 1 end) as closeness
    from ranked
    join assignments on assignments.terminal_id = ranked.terminal_id
        and coalesce(assignments.product_line, '') in ('', ranked.product_line)
        and assignments.valid_from < ranked.end_on
        and (assignments.valid_to is null or assignments.valid_to >= ranked.end_on)
    left join reps on reps.rep_id = assignments.rep_id
    group by ranked.terminal_id, ranked.product_line, coalesce(reps.name, assignments.rep_id)
),
owners as (
    select
        terminal_id,
        product_line,
        string_agg(owner_name, ', ' order by credit_share desc, owner_name) as owner_name
    from held
    where not exists (
        select 1
        from held as closer
        where closer.terminal_id = held.terminal_id
            and closer.product_line = held.product_line
            and closer.closeness > held.closeness
    )
    group by terminal_id, product_line
)
select
    ranked.terminal_id,
    terminals.name as terminal_name,
    ranked.product_line,
    ranked.reason,
    ranked.plausible_amount,
    ranked.usual_amount::decimal(38, 2) as usual_amount,
    ranked.potential_amount::decimal(38, 2) as potential_amount,
    ranked.last_on as last_bought_on,
    ranked.silent_days::bigint as silent_days,
    round(ranked.rhythm_days)::bigint as rhythm_days,
    coalesce(owners.owner_name, '') as owner_name,
    coalesce(distributors.name, ranked.distributor_id, '') as distributor_name,
    coalesce(territories.name, '') as territory_name,
    ranked.all_count,
    ranked.all_amount::decimal(38, 2) as all_amount
from ranked
join terminals on terminals.terminal_id = ranked.terminal_id
left join territories on territories.territory_id = terminals.territory_id
left join distributors on distributors.distributor_id = ranked.distributor_id
left join owners on owners.terminal_id = ranked.terminal_id and owners.product_line = ranked.product_line
order by ranked.plausible_amount desc, ranked.terminal_id, ranked.product_line
