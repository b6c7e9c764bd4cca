-- Who reports to whom.
-- grain: one row a rep
-- columns:
--   unit_id    varchar  the rep
--   parent_id  varchar  the manager; empty at the top
select
    rep_id as unit_id,
    coalesce(manager_id, '') as parent_id
from reps
order by unit_id
