-- The lift that goes with what was spent a terminal, for kinds where that can be told; computed at publish.
-- grain: one row a kind and step of spend
-- columns:
--   kind                      varchar  the kind
--   cost_per_terminal_amount  double   cost of an activity for each terminal that took part
--   lift_rate                 double   the mean lift there
--   lift_low_rate             double   … lower end of the 95% interval of that mean
--   lift_high_rate            double   … upper end
select
    kind,
    cost_per_terminal_amount,
    lift_rate,
    lift_low_rate,
    lift_high_rate
from stored.spend_curves
