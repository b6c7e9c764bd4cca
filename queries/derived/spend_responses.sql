-- Whether spending more a terminal goes with a larger effect within a kind; over the whole company, computed at publish.
-- grain: one row a kind
-- columns:
--   kind               varchar  the kind
--   activity_count     bigint   its activities
--   used_count         bigint   those with an estimate and a cost above nothing
--   status             varchar  more, less, unclear (the interval holds no difference) or unknown
--   missing            varchar  what is missing where unknown: costs, activities (fewer than twelve) or range of spend
--   double_lift_rate   double   how much higher sales are, against what was expected, where twice as much was spent
--   double_low_rate    double   … lower end of the 95% interval
--   double_high_rate   double   … upper end
--   spread_log         double   standard deviation of true lifts about the line, log scale
--   low_spend_amount   double   cost a terminal that one activity in ten stayed below
--   high_spend_amount  double   cost a terminal that one in ten went beyond
select
    kind,
    activity_count,
    used_count,
    status,
    missing,
    double_lift_rate,
    double_low_rate,
    double_high_rate,
    spread_log,
    low_spend_amount,
    high_spend_amount
from stored.spend_responses
