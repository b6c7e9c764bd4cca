-- What is selected, by name; of people also who leads them and whether they lead anybody.
-- grain: one row, or none where nobody knows the unit
-- parameters:
--   kind  varchar  territory  territory, distributor, rep, manager, product_line or terminal
--   unit  varchar  ''         the unit
-- columns:
--   unit_name  varchar  its name
--   above_id   varchar  the manager above; empty for others
--   is_leader  boolean  whether it leads somebody; false for others
select
    territories.name as unit_name,
    '' as above_id,
    false as is_leader
from territories
where $kind = 'territory' and territories.territory_id = $unit
union all
select distributors.name, '', false
from distributors
where $kind = 'distributor' and distributors.distributor_id = $unit
union all
select terminals.name, '', false
from terminals
where $kind = 'terminal' and terminals.terminal_id = $unit
union all
select
    reps.name,
    coalesce(reps.manager_id, ''),
    exists (select 1 from rep_closure where rep_closure.ancestor_id = reps.rep_id and rep_closure.distance > 0)
from reps
where $kind in ('rep', 'manager') and reps.rep_id = $unit
