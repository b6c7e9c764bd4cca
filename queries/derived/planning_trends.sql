-- How much is known of the growth before an activity of those it invites, from past activities of its kind, over the whole
-- company whoever asks; computed at publish.
-- grain: one row a kind, and '*' for a kind never held
-- columns:
--   kind              varchar  the kind; '*' for any other
--   trend_error_log   double   standard deviation of the mean trend of the kind, log points a month
--   trend_spread_log  double   standard deviation of the trends of its activities about that mean
select
    kind,
    trend_error_log,
    trend_spread_log
from stored.planning_trends
