-- How large a difference of a lift from its negative control can be by chance (95%), log scale. The systematic error is
-- what the control measures: it is not counted twice. The control's interval is one of Student's t with 12 degrees.
create macro chance_beyond_control(log_lift_error, systematic_error_log, control_low_rate, control_high_rate) as (
    1.959964 * sqrt(
        greatest(pow(log_lift_error, 2) - pow(systematic_error_log, 2), 0)
        + coalesce(pow((ln(1 + control_high_rate) - ln(1 + control_low_rate)) / 2 / 2.178813, 2), 0)
    )
);
-- The verdict on a kind's mean lift. 'works' where its 95% interval lies above nothing, and the lift above what the same
-- method finds one window earlier, where nothing happened, by more than chance (95%); 'harms' where below in both; the
-- second test guards against terminals picked because they were growing. 'not_enough_data' as it came; else 'unproven'.
create macro judged_lift(
    status, low_rate, high_rate, log_lift, log_lift_error, systematic_error_log, control_rate, control_low_rate, control_high_rate
) as (
    case
        when status = 'not_enough_data' then 'not_enough_data'
        when low_rate > 0
            and log_lift - coalesce(ln(1 + control_rate), 0)
            > chance_beyond_control(log_lift_error, systematic_error_log, control_low_rate, control_high_rate) then 'works'
        when high_rate < 0
            and log_lift - coalesce(ln(1 + control_rate), 0)
            < -chance_beyond_control(log_lift_error, systematic_error_log, control_low_rate, control_high_rate) then 'harms'
        else 'unproven'
    end
);
