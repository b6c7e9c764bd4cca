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
    days as (
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
    -- the latest 25 days hold the latest 24 gaps: a short list a terminal is far cheaper than every day in order
    latest as (
        select
            days.terminal_id,
            count(*) filter (where days.ordered_on >= spans.year_from) as order_count,
            max(days.ordered_on, 25) as latest_days
        from days
        cross join spans
        group by days.terminal_id
    ),
    -- the latest first: the day that follows in this order is the one before
    gaps as (
        select
            terminal_id,
            order_count,
            latest_days[1] as last_ordered_on,
            list_transform(
                generate_series(1, len(latest_days) - 1), lambda place: latest_days[place] - latest_days[place + 1]
            ) as gap_days
        from latest
    ),
    usual as (
        select
            *,
            case when len(gap_days) >= 3 then list_aggregate(gap_days, 'median')::double end as usual_days
        from gaps
    )
    select
        terminal_id,
        order_count,
        last_ordered_on,
        usual_days,
        case when usual_days is not null then len(gap_days) end as gap_count,
        case
            when usual_days is not null
                then len(list_filter(gap_days, lambda gap: gap between 0.5 * usual_days and 1.5 * usual_days))
        end as regular_gap_count
    from usual;
