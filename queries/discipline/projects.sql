-- The marketing projects that were due in the period or done in it, those without a due day by the day planned. A project
-- has no territory and no line: of the filters only the owner counts.
-- grain: one row a project, the latest due first
-- columns:
--   project_id        varchar  the project
--   project_name      varchar  its name
--   category          varchar  academic, key account growth, launch, event …
--   owner             varchar  'manufacturer' or a distributor_id
--   owner_name        varchar  name of the distributor or manufacturer; empty for 'manufacturer'
--   weight_rate       double   weight in the score; 1 where none is said
--   planned_on        date     day planned
--   due_on            date     day due
--   done_on           date     day done by the end of the data; empty while open
--   stage             varchar  candidate, planned, active, done or dropped
--   is_dropped        boolean  whether it was dropped
--   is_due            boolean  whether it was due by the end of the data
--   is_done           boolean  whether it is done
--   is_on_time        boolean  whether it was done by the day it was due
--   objective_score   double   objective score, 0 to 1
--   subjective_score  double   subjective score, 0 to 1
with judged as (
    select
        projects.*,
        workspace.data_through_on,
        case when projects.done_on <= workspace.data_through_on then projects.done_on end as finished_on
    from projects
    cross join workspace
    where coalesce(projects.due_on, projects.done_on, projects.planned_on) >= $period_start::date
        and coalesce(projects.due_on, projects.done_on, projects.planned_on) < $period_end::date
        and (
            len($distributors::varchar[]) + len($manufacturers::varchar[]) = 0
            or list_contains($distributors::varchar[], projects.owner)
            or list_contains($manufacturers::varchar[], projects.owner)
        )
)
select
    judged.project_id,
    judged.name as project_name,
    judged.category,
    judged.owner,
    coalesce(distributors.name, manufacturers.name) as owner_name,
    coalesce(judged.weight, 1)::double as weight_rate,
    judged.planned_on,
    judged.due_on,
    judged.finished_on as done_on,
    judged.stage,
    coalesce(judged.stage, '') = 'dropped' as is_dropped,
    coalesce(judged.due_on <= judged.data_through_on, false) as is_due,
    judged.finished_on is not null or coalesce(judged.stage, '') = 'done' as is_done,
    coalesce(judged.finished_on <= judged.due_on, false) as is_on_time,
    judged.objective_score,
    judged.subjective_score
from judged
left join distributors on distributors.distributor_id = judged.owner
left join manufacturers on manufacturers.manufacturer_id = judged.owner
order by judged.due_on desc nulls last, judged.project_id
