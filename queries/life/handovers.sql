-- Pure sales around each handover beside those of customers that kept their owner: the six whole months before and the six
-- from the handover on. A handover is a change of the rep with the largest share of the credit, both known. Left out are
-- terminals handed over again within those months, with a month a supplier has not reported, or open for a part of them only.
-- grain: one row a handover and month around it
-- parameters:
--   kept_limit  integer  3000  of terminals never handed over at most so many, drawn by their ids
-- columns:
--   handover_id      varchar        the old and the new owner and the month: terminals handed over together
--   terminal_id      varchar        the terminal
--   handed_month     date           month of the handover
--   event_count      bigint         months from the handover: −6 to 5
--   sales_amount     decimal(38,2)  what it bought
--   kept_amount      decimal(38,2)  what the terminals that kept their owner bought in the same month
--   kept_count       bigint         those terminals
with span as (
    select
        (select min(sales_month) from terminal_months) as first_month,
        least(
            case when workspace.is_month_complete then workspace.data_month else cast(workspace.data_month - interval 1 month as date) end,
            life_month_of($period_end, null)
        ) as last_month
    from workspace
),
held as (
    -- who holds most of a terminal at each change
    select
        changes.terminal_id,
        changes.change_on,
        arg_max(assignments.rep_id, {'share': coalesce(assignments.credit_share, 1), 'rep': assignments.rep_id}) as rep_id
    from (
        select distinct
            terminal_id,
            valid_from as change_on
        from assignments
    ) as changes
    join assignments
        on assignments.terminal_id = changes.terminal_id
        and assignments.valid_from <= changes.change_on
        and (assignments.valid_to is null or assignments.valid_to > changes.change_on)
    group by changes.terminal_id, changes.change_on
),
turns as (
    select
        terminal_id,
        change_on,
        rep_id,
        lag(rep_id) over (partition by terminal_id order by change_on) as earlier_id
    from held
),
handovers as (
    select
        terminal_id,
        rep_id,
        earlier_id,
        -- from the sixteenth on the month belongs to the old owner
        cast(date_trunc('month', change_on + 15) as date) as handed_month
    from turns
    where earlier_id <> rep_id
),
owned as (
    -- enough to compare with, however many there are
    select distinct terminal_id
    from handovers
    union all
    select terminal_id
    from (
        select distinct assignments.terminal_id
        from assignments
        where assignments.terminal_id not in (select handovers.terminal_id from handovers)
    ) as never_handed
    qualify row_number() over (order by md5(terminal_id)) <= $kept_limit::integer
),
whole_lives as (
    -- customers with the months in which they can be looked at
    select
        life_months.terminal_id,
        life_months.life_month,
        life_months.is_owed
    from life_months
    where life_months.state <> 'closed' and life_months.terminal_id in (select owned.terminal_id from owned)
),
sold as (
    select
        terminal_id,
        sales_month,
        sum(sales_amount) as sales_amount
    from terminal_months
    where terminal_id in (select owned.terminal_id from owned)
    group by terminal_id, sales_month
),
months as (
    select distinct handovers.handed_month
    from handovers
    cross join span
    where handovers.handed_month - interval 6 month >= span.first_month
        and handovers.handed_month + interval 5 month <= span.last_month
),
whole_years as (
    -- twelve months in a row of which every supplier has reported
    select
        terminal_id,
        life_month
    from (
        select
            terminal_id,
            life_month,
            lead(life_month, 11) over (partition by terminal_id order by life_month) as twelfth_month,
            sum(is_owed::integer) over (
                partition by terminal_id
                order by life_month
                rows between current row and 11 following
            ) as owed_count
        from whole_lives
    ) as years
    where twelfth_month = life_month + interval 11 month and owed_count = 0
),
looked_at as (
    -- customers of the whole twelve months around a handover month
    select
        months.handed_month,
        customers.terminal_id
    from customers_in_months(
        (select min(sales_month) from terminal_months), cast(life_month_of($period_end, null) - interval 11 month as date),
        $territories, $manufacturers, $product_lines, $distributors
    ) as customers
    join months on customers.life_month = months.handed_month - interval 6 month
    join whole_years
        on whole_years.terminal_id = customers.terminal_id
        and whole_years.life_month = customers.life_month
),
counted as (
    select
        looked_at.handed_month,
        looked_at.terminal_id,
        count(handovers.terminal_id) as handed_count,
        bool_or(coalesce(handovers.handed_month = looked_at.handed_month, false)) as is_handed,
        any_value(handovers.earlier_id || ' ' || handovers.rep_id) as pair_id
    from looked_at
    left join handovers
        on handovers.terminal_id = looked_at.terminal_id
        and handovers.handed_month > looked_at.handed_month - interval 6 month
        and handovers.handed_month <= looked_at.handed_month + interval 5 month
    group by looked_at.handed_month, looked_at.terminal_id
),
around as (
    select
        counted.*,
        unnest(generate_series(-6, 5)) as event_count
    from counted
    where counted.handed_count = 0 or (counted.handed_count = 1 and counted.is_handed)
),
bought as (
    select
        around.*,
        coalesce(sold.sales_amount, 0) as sales_amount
    from around
    left join sold
        on sold.terminal_id = around.terminal_id
        and sold.sales_month = around.handed_month + to_months(cast(around.event_count as integer))
),
kept as (
    select
        handed_month,
        event_count,
        sum(sales_amount) as kept_amount,
        count(*) as kept_count
    from bought
    where handed_count = 0
    group by handed_month, event_count
)
select
    bought.pair_id || ' ' || cast(bought.handed_month as varchar) as handover_id,
    bought.terminal_id,
    bought.handed_month,
    bought.event_count,
    bought.sales_amount::decimal(38, 2) as sales_amount,
    kept.kept_amount::decimal(38, 2) as kept_amount,
    kept.kept_count
from bought
join kept on kept.handed_month = bought.handed_month and kept.event_count = bought.event_count
where bought.is_handed
order by bought.handed_month, bought.terminal_id, bought.event_count
