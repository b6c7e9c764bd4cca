-- Every rep with everybody above in the chain of managers, the rep included.
-- grain: one row a rep and somebody above
-- columns:
--   ancestor_id   varchar  the manager above, or the rep
--   rep_id        varchar  the rep
--   distance      integer  steps between them
--   territory_id  varchar  territory the rep works
with recursive climbing as (
    select
        rep_id as ancestor_id,
        rep_id,
        0 as distance
    from reps
    union all
    select
        above.manager_id as ancestor_id,
        climbing.rep_id,
        climbing.distance + 1 as distance
    from climbing
    join reps as above on above.rep_id = climbing.ancestor_id
    join reps as managers on managers.rep_id = above.manager_id
    -- the bound keeps a circle of managers finite
    where above.manager_id <> above.rep_id and climbing.distance < 20
)
select
    climbing.ancestor_id,
    climbing.rep_id,
    min(climbing.distance) as distance,
    reps.territory_id
from climbing
join reps on reps.rep_id = climbing.rep_id
group by climbing.ancestor_id, climbing.rep_id, reps.territory_id
order by climbing.ancestor_id, climbing.rep_id
