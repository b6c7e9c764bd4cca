-- Records of calls that need review with the rule each meets and what was measured, the latest first. Nothing is said of the
-- person: a record may be right, or its date, terminal or distributor written wrongly.
-- grain: one row a record and rule
-- parameters:
--   most_a_day   integer  12   calls of one person a day; more need review
--   supply_days  integer  365  days around a joint visit in which its distributor should have sold to the terminal, if anybody did
--   least_block  integer  10   joint visits of one person in a quarter, from which all steps ticked in every one need review
--   most_km      integer  1000  kilometres between two calls of one person on a day; farther ones need review
--   rule         varchar  ''   one rule only; empty for all
--   row_limit    integer  500  the most rows given
-- columns:
--   visit_id          varchar  the record
--   rule              varchar  the rule it meets
--   visited_on        date     day of the call as recorded
--   terminal_id       varchar  the terminal
--   terminal_name     varchar  its name
--   rep_name          varchar  who can say what happened
--   distributor_name  varchar  the distributor beside; empty where it was no joint visit
--   measured_count    bigint   calls of the person that day, or joint visits in the quarter
--   measured_km       double   kilometres to the farthest call of the day
--   measured_on       date     day of opening or closing
--   all_count         bigint   such rows before the limit
select
    met.visit_id,
    met.rule,
    met.visited_on,
    met.terminal_id,
    met.terminal_name,
    coalesce(reps.name, met.rep_id) as rep_name,
    distributors.name as distributor_name,
    met.measured_count,
    met.measured_km,
    met.measured_on,
    count(*) over () as all_count
from visits_to_review(
    $period_start, $period_end, $most_a_day, $supply_days, $least_block, $most_km, $territories, $distributors
) as met
left join reps on reps.rep_id = met.rep_id
left join distributors on distributors.distributor_id = met.distributor_id and met.is_joint
where $rule::varchar = '' or met.rule = $rule::varchar
order by met.visited_on desc, met.visit_id, met.rule
limit $row_limit::integer
