-- Calls on terminals (拜访), joint visits (协访) among them.
-- grain: one row a call
-- key: visit_id
-- required: visit_id, visited_on, rep_id, terminal_id
-- refers: rep_id to reps; terminal_id to terminals; distributor_id to distributors
-- allowed: mode in demonstration, observation
-- columns:
--   visit_id        varchar  stable id
--   visited_on      date     day of the call
--   rep_id          varchar  who called
--   terminal_id     varchar  the terminal
--   distributor_id  varchar  set when the call was made together with a distributor (协访)
--   mode            varchar  demonstration or observation, for joint visits
--   is_prepared     boolean  step 1: prepared
--   is_goal_set     boolean  step 2: goal set
--   is_goal_met     boolean  step 3: goal met
--   is_reviewed     boolean  step 4: reviewed
--   purpose         varchar  purpose in words
select
    visit_id,
    visited_on,
    rep_id,
    terminal_id,
    distributor_id,
    mode,
    is_prepared,
    is_goal_set,
    is_goal_met,
    is_reviewed,
    purpose
from stored.visits
where may_see_terminal(terminal_id)
