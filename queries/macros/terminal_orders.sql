-- How often and how evenly each terminal orders, by its own rhythm as known at the end of a window: all lines, all sellers.
-- A day counts where it is above zero net of returns; the rhythm is that of the latest 24 gaps of three years, from three
-- gaps on, as on the terminal's own page. A gap is in rhythm where it is half to one and a half times the usual one.
create macro order_rhythms(window_end) as table
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
        where order_days.ordered_on >= spans.since and order_days.ordered_on < spans.end_on
        group by order_days.terminal_id, order_days.ordered_on
        having sum(order_days.order_amount) > 0
    ),
    placed as (
        select
            terminal_id,
            ordered_on,
            ordered_on - lag(ordered_on) over (partition by terminal_id order by ordered_on) as gap_days,
            row_number() over (partition by terminal_id order by ordered_on desc) as place
        from days
    ),
    usual as (
        select
            placed.terminal_id,
            count(*) filter (where placed.ordered_on >= spans.year_from) as order_count,
            max(placed.ordered_on) as last_ordered_on,
            case
                when count(placed.gap_days) filter (where placed.place <= 24) >= 3
                    then median(placed.gap_days) filter (where placed.place <= 24)
            end::double as usual_days
        from placed
        cross join spans
        group by placed.terminal_id
    )
    select
        usual.terminal_id,
        max(usual.order_count) as order_count,
        max(usual.last_ordered_on) as last_ordered_on,
        max(usual.usual_days) as usual_days,
        count(*) filter (where placed.place <= 24 and placed.gap_days > 0 and usual.usual_days is not null) as gap_count,
        count(*) filter (
            where placed.place <= 24 and placed.gap_days between 0.5 * usual.usual_days and 1.5 * usual.usual_days
        ) as regular_gap_count
    from usual
    join placed on placed.terminal_id = usual.terminal_id
    group by usual.terminal_id;
