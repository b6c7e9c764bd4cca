-- The months in which customers come and go: from the first month with pure sales to the one the data end in.
-- grain: one row
-- columns:
--   first_month      date     first month with pure sales; empty without any
--   first_on         date     first day with pure sales
--   data_month       date     the month the data end in
--   data_through_on  date     the day they end on
--   whole_month      date     the last month that is over
select
    (select min(terminal_months.sales_month) from terminal_months) as first_month,
    (
        select min(flows.occurred_on)
        from flows
        where flows.buyer_id in (select terminals.terminal_id from terminals)
    ) as first_on,
    workspace.data_month,
    workspace.data_through_on,
    case
        when workspace.is_month_complete then workspace.data_month
        else cast(workspace.data_month - interval 1 month as date)
    end as whole_month
from workspace
