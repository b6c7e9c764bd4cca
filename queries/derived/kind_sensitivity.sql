-- What the lift of a kind becomes if those who took part drifted from the others by themselves after the event, from
-- quarter to quarter by up to so many times as much as ever before (Rambachan and Roth 2023); computed at publish.
-- grain: one row a kind with enough activities (and '*') and violation
-- columns:
--   kind               varchar  the kind; '*' for all
--   violation_ratio    double   times as large as the largest step before; 0 is the lift as it is
--   lift_low_rate      double   lower end of the 95% interval under it
--   lift_high_rate     double   … upper end
--   holds_to_ratio     double   largest violation at which the interval excludes no effect; empty where it never does
--   largest_step_rate  double   largest step from quarter to quarter before the event
select
    kind,
    violation_ratio,
    lift_low_rate,
    lift_high_rate,
    holds_to_ratio,
    largest_step_rate
from stored.kind_sensitivity
