-- Who took part in which activity: where anybody said who came, those who came; where nobody did, the invited.
create macro took_part() as table
    with spoken as (
        select
            activity_id,
            terminal_id,
            is_invited,
            is_attended,
            attendee_count,
            coalesce(bool_or(is_attended is not null) over (partition by activity_id), false) as is_attendance_known
        from activity_terminals
    )
    select
        activity_id,
        terminal_id,
        attendee_count,
        is_attendance_known
    from spoken
    where case when is_attendance_known then coalesce(is_attended, false) else coalesce(is_invited, true) end;
