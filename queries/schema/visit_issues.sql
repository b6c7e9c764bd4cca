-- Issues raised in visits.
-- grain: one row an issue
-- key: issue_id
-- required: issue_id, visit_id, raised_on
-- refers: visit_id to visits
-- columns:
--   issue_id   varchar  stable id
--   visit_id   varchar  the visit
--   kind       varchar  kind of issue
--   raised_on  date     day raised
--   closed_on  date     day closed; empty while open
select
    issue_id,
    visit_id,
    kind,
    raised_on,
    closed_on
from stored.visit_issues
where may_see_visit(visit_id)
