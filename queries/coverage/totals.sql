-- How much of the target universe is reached, how deep, and who has gone quiet: now and in the window compared with.
-- Where no terminal says whether it is a target, every known terminal counts as one and is_target_known is false.
-- grain: one row a window, the one looked at first
-- columns:
--   span                       varchar        current, or base for the window compared with
--   is_target_known            boolean        whether the company loaded a target list
--   universe_count             bigint         terminals open in the window
--   target_count               bigint         target terminals among them
--   active_count               bigint         target terminals with net pure sales above zero in the window
--   coverage_rate              double         active ÷ target terminals
--   active_product_count       bigint         products bought by each active target terminal, added up
--   products_per_terminal      double         products bought an active target terminal
--   grade_a_count              bigint         terminals of grade A, open on the last day
--   grade_a_active_count       bigint         those with net pure sales above zero in the window
--   grade_a_rate               double         active ÷ all terminals of grade A
--   grade_a_never_count        bigint         open terminals of grade A that have never ordered
--   grade_a_never_amount       decimal(38,2)  their potential a year, where known
--   grade_a_never_known_count  bigint         those whose potential is known
--   lapsed_count               bigint         open terminals that bought of what is selected and are dormant: silent for longer than is usual for them
--   lapsed_amount              decimal(38,2)  what they bought in the year up to their last order
--   unknown_count              bigint         silent as well, but a supplier of theirs has not reported
with terminals_now as (
    select
        'current' as span,
        *
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    )
    union all
    select
        'base' as span,
        *
    from covered_terminals(
        $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines, $distributors
    )
),
spans as (
    select unnest(['current', 'base']) as span
),
target_list as (
    select count(is_target) > 0 as is_known
    from terminals
),
counted as (
    select
        spans.span,
        any_value(target_list.is_known) as is_target_known,
        count(terminals_now.terminal_id) as universe_count,
        count(*) filter (where is_counted) as target_count,
        count(*) filter (where is_counted and is_active) as active_count,
        coalesce(sum(product_count) filter (where is_counted and is_active), 0)::bigint as active_product_count,
        count(*) filter (where grade = 'A' and is_open) as grade_a_count,
        count(*) filter (where grade = 'A' and is_open and is_active) as grade_a_active_count,
        count(*) filter (where grade = 'A' and is_open and not has_ordered) as grade_a_never_count,
        sum(potential_amount) filter (where grade = 'A' and is_open and not has_ordered)::decimal(38, 2) as grade_a_never_amount,
        count(potential_amount) filter (where grade = 'A' and is_open and not has_ordered) as grade_a_never_known_count,
        count(*) filter (where is_open and has_ordered and life_state = 'dormant') as lapsed_count,
        coalesce(sum(last_year_amount) filter (where is_open and has_ordered and life_state = 'dormant'), 0)::decimal(38, 2) as lapsed_amount,
        count(*) filter (where is_open and has_ordered and life_state = 'unreported') as unknown_count
    from spans
    cross join target_list
    left join terminals_now on terminals_now.span = spans.span
    group by spans.span
)
select
    span,
    is_target_known,
    universe_count,
    target_count,
    active_count,
    active_count / nullif(target_count, 0) as coverage_rate,
    active_product_count,
    active_product_count / nullif(active_count, 0) as products_per_terminal,
    grade_a_count,
    grade_a_active_count,
    grade_a_active_count / nullif(grade_a_count, 0) as grade_a_rate,
    grade_a_never_count,
    grade_a_never_amount,
    grade_a_never_known_count,
    lapsed_count,
    lapsed_amount,
    unknown_count
from counted
order by span desc
