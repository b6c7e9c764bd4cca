-- Sales and targets of units by month, added up, and how many terminals bought from or in each unit in the period. parts
-- and sold name relations of the question: parts has sales_month, measure, unit_id and the amounts of one kind of row or
-- another, sold has sales_month, unit_id, terminal_id and sales_amount.
create macro standing_months(parts, sold, months_start, months_end, period_start, period_end) as table
    with summed as (
        select
            sales_month,
            measure,
            unit_id,
            sum(sales_amount) as sales_amount,
            sum(to_day_amount) as to_day_amount,
            sum(target_amount) as target_amount,
            sum(target_to_date_amount) as target_to_date_amount,
            sum(covered_amount) as covered_amount,
            sum(covered_to_day_amount) as covered_to_day_amount,
            max(version) as version,
            coalesce(bool_or(is_allocated), false) as is_allocated,
            coalesce(max(basis), '') as basis
        from query_table(parts)
        where sales_month >= months_start::date and sales_month < months_end::date
        group by sales_month, measure, unit_id
    ),
    buyers as (
        select
            unit_id,
            terminal_id
        from query_table(sold)
        where sales_month >= period_start::date and sales_month < period_end::date
        group by unit_id, terminal_id
        having sum(sales_amount) > 0
    ),
    active as (
        select
            unit_id,
            count(*) as active_count
        from buyers
        group by unit_id
    )
    select
        summed.sales_month,
        summed.measure,
        summed.unit_id,
        coalesce(summed.sales_amount, 0)::decimal(38, 2) as sales_amount,
        coalesce(summed.to_day_amount, 0)::decimal(38, 2) as to_day_amount,
        summed.target_amount::decimal(38, 2) as target_amount,
        summed.target_to_date_amount::decimal(38, 2) as target_to_date_amount,
        summed.covered_amount::decimal(38, 2) as covered_amount,
        summed.covered_to_day_amount::decimal(38, 2) as covered_to_day_amount,
        summed.version::integer as version,
        summed.is_allocated,
        summed.basis,
        coalesce(active.active_count, 0) as active_count
    from summed
    left join active on active.unit_id = summed.unit_id;
