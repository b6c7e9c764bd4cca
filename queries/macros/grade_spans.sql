-- Which grade each terminal held on which days of a span. Where two grades hold on one day, the one that began last counts;
-- grade_count says that there were several. Days without a grade have an empty one; terminals never graded have no row.
create macro grade_spans(span_start, span_end) as table
    with held as (
        select
            terminal_id,
            grade,
            valid_from,
            valid_to
        from terminal_grades
        where valid_from < span_end::date and (valid_to is null or valid_to > greatest(span_start::date, valid_from))
    ),
    breaks as (
        select
            terminal_id,
            span_start::date as from_on
        from held
        union
        select
            terminal_id,
            valid_from as from_on
        from held
        where valid_from > span_start::date
        union
        select
            terminal_id,
            valid_to as from_on
        from held
        where valid_to < span_end::date
    ),
    spans as (
        select
            terminal_id,
            from_on,
            coalesce(lead(from_on) over (partition by terminal_id order by from_on), span_end::date) as until_on
        from breaks
    )
    select
        spans.terminal_id,
        spans.from_on,
        spans.until_on,
        coalesce(arg_max(held.grade, held.valid_from), '') as grade,
        count(held.grade) as grade_count
    from spans
    left join held
        on held.terminal_id = spans.terminal_id
        and held.valid_from <= spans.from_on
        and (held.valid_to is null or held.valid_to > spans.from_on)
    group by spans.terminal_id, spans.from_on, spans.until_on;
