-- The mean effect of activities by what they have in common besides their kind, over the whole company; computed at
-- publish with the model used for kinds. Slices of the same activities: with many of them some are off by chance.
-- grain: one row a dimension and unit
-- columns:
--   dimension                   varchar  product_line, territory (region), size (terminals that took part) or owner
--   unit_id                     varchar  the line, region, size or owner; '' for none
--   activity_count              integer  its activities
--   measured_count              integer  those with an estimate
--   lift_rate                   double   mean of the activities' true lifts, with the systematic error
--   lift_low_rate               double   … lower end of the 95% interval
--   lift_high_rate              double   … upper end
--   lift_low80_rate             double   … lower end of the 80% interval
--   lift_high80_rate            double   … upper end
--   log_lift                    double   the same on the log scale
--   log_lift_error              double   its standard deviation
--   systematic_error_log        double   systematic error of all lifts, log scale
--   negative_control_rate       double   lift 'found' one window earlier, where nothing happened
--   negative_control_low_rate   double   … lower end of the 95% interval
--   negative_control_high_rate  double   … upper end
--   status                      varchar  not_enough_data, else empty
select
    dimension,
    unit_id,
    activity_count,
    measured_count,
    lift_rate,
    lift_low_rate,
    lift_high_rate,
    lift_low80_rate,
    lift_high80_rate,
    log_lift,
    log_lift_error,
    systematic_error_log,
    negative_control_rate,
    negative_control_low_rate,
    negative_control_high_rate,
    status
from stored.effect_slices
where dimension <> 'territory' or unit_id = '' or may_see_territory(unit_id)
