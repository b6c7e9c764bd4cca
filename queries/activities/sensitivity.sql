-- The lift of $kind if those who took part had drifted from the others by themselves after the event, from quarter to
-- quarter by up to so many times as much as ever before.
-- grain: one row a violation, the smallest first
-- parameters:
--   kind  varchar  *  the kind; '*' for all
-- columns:
--   violation_ratio  double  times as large as the largest step before; 0 is the lift as it is
--   lift_low_rate    double  lower end of the 95% interval under it
--   lift_high_rate   double  … upper end
select
    violation_ratio,
    lift_low_rate,
    lift_high_rate
from kind_sensitivity
where kind = $kind::varchar
order by violation_ratio
