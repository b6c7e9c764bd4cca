-- How far ahead the targets under the filters go.
-- grain: one row
-- columns:
--   last_month   date     last month with a target; empty without any
--   holder_kind  varchar  who holds the targets: territory, rep, distributor or terminal
--   version      integer  highest version in force in the period or after it
select
    max(plan.plan_month) as last_month,
    max(plan.holder_kind) as holder_kind,
    max(plan.version) filter (where plan.plan_month >= $period_start::date) as version
from selected_plan($territories, $manufacturers, $product_lines, $distributors) as plan
