-- Issues raised in the calls of the period, by kind and by what became of them.
-- grain: one row a kind, most issues first
-- parameters:
--   sla_days  integer  30  days within which an issue should be closed
-- columns:
--   issue_kind            varchar  kind of issue; empty where not said
--   issue_count           bigint   issues raised
--   joint_issue_count     bigint   those raised in joint visits
--   closed_in_time_count  bigint   closed within the days agreed
--   closed_late_count     bigint   closed later
--   open_in_time_count    bigint   open and not due yet
--   open_late_count       bigint   open beyond the days agreed
--   issue_closure_rate    double   closed in time ÷ all but those not due yet
--   closing_days          double   days to close, the middle of those closed
--   oldest_open_days      bigint   days the oldest open one has been open
select
    kind as issue_kind,
    count(*) as issue_count,
    count(*) filter (where is_joint) as joint_issue_count,
    count(*) filter (where standing = 'closed_in_time') as closed_in_time_count,
    count(*) filter (where standing = 'closed_late') as closed_late_count,
    count(*) filter (where standing = 'open_in_time') as open_in_time_count,
    count(*) filter (where standing = 'open_late') as open_late_count,
    count(*) filter (where standing = 'closed_in_time')
    / nullif(count(*) filter (where standing <> 'open_in_time'), 0) as issue_closure_rate,
    median(closing_days)::double as closing_days,
    max(open_days) as oldest_open_days
from selected_issues($period_start, $period_end, null, $sla_days, $territories, $distributors)
group by kind
order by issue_count desc, issue_kind
