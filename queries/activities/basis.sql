-- What the effects of activities rest on; no row where none were computed.
-- grain: one row
-- columns:
--   first_month             date     first month of the panel
--   last_month              date     last whole month of the panel
--   terminal_count          bigint   terminals in the panel
--   bought_count            bigint   terminals that ever bought; more where a sample of them is used
--   owed_count              bigint   terminal-months a silent distributor still owes, taken as missing
--   post_month_count        integer  months counted as the effect, the activity's own included
--   baseline_month_count    integer  months before that set the level
--   least_post_month_count  integer  fewer months after than this: not enough data
--   has_margins             boolean  whether costs and prices of products are known well enough for a return on margin
select
    first_month,
    last_month,
    terminal_count,
    bought_count,
    owed_count,
    post_month_count,
    baseline_month_count,
    least_post_month_count,
    has_margins
from estimate_basis
