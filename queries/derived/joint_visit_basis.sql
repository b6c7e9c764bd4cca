-- What the effects of joint visits rest on; computed at publish, empty without joint visits at terminals that buy.
-- grain: one row
-- columns:
--   first_month             date     first month of the panel
--   last_month              date     last whole month of the panel
--   first_visit_month       date     first month of the panel in which calls are recorded
--   terminal_count          bigint   terminals in the panel
--   visited_count           bigint   those of them ever visited jointly
--   bought_count            bigint   terminals that ever bought; more where a sample of them is used
--   episode_count           bigint   episodes: a terminal visited jointly after three months without
--   beside_activity_count   bigint   those of them with an activity at work in their months, which are left out
--   owed_count              bigint   terminal-months a silent distributor still owes, taken as missing
--   post_month_count        integer  months counted as the effect, the visit's own included
--   baseline_month_count    integer  months before that set the level
--   least_post_month_count  integer  fewer months after than this: not enough data
select
    first_month,
    last_month,
    first_visit_month,
    terminal_count,
    visited_count,
    bought_count,
    episode_count,
    beside_activity_count,
    owed_count,
    post_month_count,
    baseline_month_count,
    least_post_month_count
from stored.joint_visit_basis
