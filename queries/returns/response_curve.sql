-- The lift that goes with what was spent a terminal, of one kind; no rows where that cannot be told.
-- grain: one row a step of spend
-- parameters:
--   kind  varchar  ''  the kind
-- columns:
--   cost_per_terminal_amount  double  cost of an activity for each terminal that took part
--   lift_rate                 double  the mean lift there
--   lift_low_rate             double  … lower end of the 95% interval of that mean
--   lift_high_rate            double  … upper end
select
    cost_per_terminal_amount,
    lift_rate,
    lift_low_rate,
    lift_high_rate
from spend_curves
where kind = $kind::varchar
order by cost_per_terminal_amount
