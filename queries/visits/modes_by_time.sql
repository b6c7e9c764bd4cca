-- Joint visits of each month or quarter by mode.
-- grain: one row a month or quarter with a joint visit
-- parameters:
--   step_unit  varchar  month  month or quarter
-- columns:
--   step_on              date    first day of the month or quarter
--   joint_count          bigint  joint visits
--   demonstration_count  bigint  demonstrations
--   observation_count    bigint  observations
--   unsaid_count         bigint  mode not said
--   demonstration_share  double  share of demonstrations
--   observation_share    double  share of observations
--   unsaid_share         double  share without a mode
select
    cast(date_trunc($step_unit::varchar, visited_on) as date) as step_on,
    count(*) as joint_count,
    count(*) filter (where mode = 'demonstration') as demonstration_count,
    count(*) filter (where mode = 'observation') as observation_count,
    count(*) filter (where mode is null) as unsaid_count,
    count(*) filter (where mode = 'demonstration') / nullif(count(*), 0) as demonstration_share,
    count(*) filter (where mode = 'observation') / nullif(count(*), 0) as observation_share,
    count(*) filter (where mode is null) / nullif(count(*), 0) as unsaid_share
from selected_calls($period_start, $period_end, null, $territories, $distributors)
where is_joint
group by step_on
order by step_on
