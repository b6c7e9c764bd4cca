-- Joint visits one by one, the latest first; of one territory compared or one distributor, and of some days, where chosen.
-- grain: one row a joint visit
-- parameters:
--   unit       varchar  -             territory compared (empty for none) or distributor; - for all
--   from_on    date     period_start  first day
--   until_on   date     period_end    first day after
--   row_limit  integer  500           the most rows given
-- columns:
--   visit_id          varchar  the visit
--   visited_on        date     day
--   terminal_id       varchar  the terminal
--   terminal_name     varchar  its name
--   grade             varchar  grade on the last day of the period
--   distributor_name  varchar  the distributor beside
--   rep_name          varchar  who called
--   visit_mode        varchar  demonstration or observation
--   step_count        integer  steps completed of four; empty where nothing is said of them
--   purpose           varchar  purpose in words
--   all_count         bigint   such visits before the limit
with unit_places as (
    select
        compared_units.unit_id,
        closure.territory_id
    from compared_units($territories) as compared_units
    join territory_closure as closure on closure.ancestor_id = compared_units.unit_id
)
select
    calls.visit_id,
    calls.visited_on,
    calls.terminal_id,
    calls.terminal_name,
    calls.grade,
    coalesce(distributors.name, calls.distributor_id) as distributor_name,
    coalesce(reps.name, calls.rep_id) as rep_name,
    calls.mode as visit_mode,
    case when calls.has_steps then calls.step_count end as step_count,
    visits.purpose,
    count(*) over () as all_count
from selected_calls($period_start, $period_end, null, $territories, $distributors) as calls
join visits on visits.visit_id = calls.visit_id
left join unit_places on unit_places.territory_id = calls.territory_id
left join distributors on distributors.distributor_id = calls.distributor_id
left join reps on reps.rep_id = calls.rep_id
where calls.is_joint
    and calls.visited_on >= $from_on::date
    and calls.visited_on < $until_on::date
    and ($unit::varchar = '-' or coalesce(unit_places.unit_id, '') = $unit::varchar or calls.distributor_id = $unit::varchar)
order by calls.visited_on desc, calls.visit_id
limit $row_limit::integer
