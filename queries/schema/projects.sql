-- Marketing projects.
-- grain: one row a project
-- key: project_id
-- required: project_id, name
-- allowed: stage in candidate, planned, active, done, dropped
-- columns:
--   project_id        varchar  stable id
--   name              varchar  name on the screen
--   name_en           varchar  name in English, shown on the English screen; empty where it is the same
--   category          varchar  academic, key account growth, launch or event
--   owner             varchar  'manufacturer' or a distributor_id
--   weight            double   weight in the score, 0 to 1
--   planned_on        date     day planned
--   due_on            date     day due
--   done_on           date     day done; empty while open
--   stage             varchar  candidate, planned, active, done or dropped
--   objective_score   double   objective score, 0 to 1
--   subjective_score  double   subjective score, 0 to 1
select
    project_id,
    shown_name(name, name_en) as name,
    name_en,
    category,
    owner,
    weight,
    planned_on,
    due_on,
    done_on,
    stage,
    objective_score,
    subjective_score
from stored.projects
where may_see_owner(owner)
