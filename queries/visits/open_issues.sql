-- Issues raised in the period that are still open, the oldest first.
-- grain: one row an issue
-- parameters:
--   sla_days   integer  30   days within which an issue should be closed
--   row_limit  integer  500  the most rows given
-- columns:
--   issue_id          varchar  the issue
--   issue_kind        varchar  its kind; empty where not said
--   raised_on         date     day raised
--   open_days         bigint   days open on the last day of data
--   is_overdue        boolean  whether open beyond the days agreed
--   terminal_id       varchar  the terminal
--   terminal_name     varchar  its name
--   distributor_name  varchar  the distributor beside; empty where it was no joint visit
--   all_count         bigint   open issues before the limit
--   late_count        bigint   those open beyond the days agreed
select
    issues.issue_id,
    issues.kind as issue_kind,
    issues.raised_on,
    issues.open_days,
    issues.standing = 'open_late' as is_overdue,
    issues.terminal_id,
    issues.terminal_name,
    distributors.name as distributor_name,
    count(*) over () as all_count,
    count(case when issues.standing = 'open_late' then 1 end) over () as late_count
from selected_issues($period_start, $period_end, null, $sla_days, $territories, $distributors) as issues
left join distributors on distributors.distributor_id = issues.distributor_id and issues.is_joint
where issues.closed_on is null
order by issues.open_days desc, issues.issue_id
limit $row_limit::integer
