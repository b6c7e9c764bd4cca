-- What the effects of joint visits rest on; no row where none were computed.
-- grain: one row
-- columns:
--   first_visit_month       date     first month of the panel in which calls are recorded
--   last_month              date     last whole month of the panel
--   terminal_count          bigint   terminals in the panel
--   bought_count            bigint   terminals that ever bought; more where a sample of them is used
--   episode_count           bigint   episodes: a terminal visited jointly after three months without
--   beside_activity_count   bigint   those of them with an activity at work in their months, which are left out
--   owed_count              bigint   terminal-months a silent distributor still owes, taken as missing
--   post_month_count        integer  months counted as the effect, the visit's own included
--   least_post_month_count  integer  fewer months after than this: not enough data
select
    first_visit_month,
    last_month,
    terminal_count,
    bought_count,
    episode_count,
    beside_activity_count,
    owed_count,
    post_month_count,
    least_post_month_count
from joint_visit_basis
