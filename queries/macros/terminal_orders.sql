-- How often and how evenly each terminal orders, by its own rhythm as known at the end of a window: all lines, all sellers.
-- A day counts where it is above zero net of returns; the rhythm is that of the latest 24 gaps of three years, from three
-- gaps on, as on the terminal's own page. ``asked`` names a relation of the question with the terminals wanted. A gap is in rhythm where it is half to one and a half times the usual one.
create macro order_rhythms(asked, window_end) as table
    with spans as (
        select
            end_of_view(window_end, null) as end_on,
            cast(last_month - interval 36 month as date) as since,
            cast(last_month - interval 12 month as date) as year_from
        from (
            select least(window_end::date, cast(workspace.data_month + interval 1 month as date)) as last_month
            from workspace
        ) as ends
    ),
    days as materialized (
        select
            order_days.terminal_id,
            order_days.ordered_on
        from order_days
        cross join spans
        where order_days.ordered_on >= spans.since
            and order_days.ordered_on < spans.end_on
            and order_days.terminal_id in (select wanted.terminal_id from query_table(asked) as wanted)
        group by order_days.terminal_id, order_days.ordered_on
        having sum(order_days.order_amount) > 0
    ),
    counted as (
        select
            days.terminal_id,
            count(*) filter (where days.ordered_on >= spans.year_from) as order_count,
            max(days.ordered_on) as last_ordered_on
        from days
        cross join spans
        group by days.terminal_id
    ),
    -- the latest first: the day that follows in this order is the one before
    gaps as materialized (
        select
            terminal_id,
            gap_days
        from (
            select
                terminal_id,
                ordered_on - lead(ordered_on) over latest as gap_days,
                row_number() over latest as place
            from days
            window latest as (partition by terminal_id order by ordered_on desc)
        ) as placed
        where place <= 24 and gap_days is not null
    ),
    usual as (
        select
            terminal_id,
            median(gap_days)::double as usual_days,
            count(*) as gap_count
        from gaps
        group by terminal_id
        having count(*) >= 3
    ),
    regular as (
        select
            gaps.terminal_id,
            count(*) as regular_gap_count
        from gaps
        join usual on usual.terminal_id = gaps.terminal_id
        where gaps.gap_days between 0.5 * usual.usual_days and 1.5 * usual.usual_days
        group by gaps.terminal_id
    )
    select
        counted.terminal_id,
        counted.order_count,
        counted.last_ordered_on,
        usual.usual_days,
        usual.gap_count,
        case when usual.gap_count is not null then coalesce(regular.regular_gap_count, 0) end as regular_gap_count
    from counted
    left join usual on usual.terminal_id = counted.terminal_id
    left join regular on regular.terminal_id = counted.terminal_id;
