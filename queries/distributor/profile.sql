-- Who one distributor is: tier, home, grade, stage, credit.
-- grain: one row, none where the distributor does not exist
-- parameters:
--   distributor  varchar  ''  the distributor
-- columns:
--   distributor_id       varchar        the distributor
--   distributor_name     varchar        its name
--   tier                 integer        1 or 2; empty where not said
--   parent_id            varchar        the tier 1 it buys from
--   parent_name          varchar        its name
--   home_territory_name  varchar        home territory
--   city                 varchar        city
--   grade                varchar        grade given by the company
--   stage                varchar        prospect, evaluating, admitted, contracted, suspended or ended
--   onboarded_on         date           day of admission
--   credit_limit_amount  decimal(18,2)  credit limit
--   credit_days          integer        days of credit
--   unpaid_amount        decimal(38,2)  invoices not yet paid; empty where none were ever loaded
--   overdue_amount       decimal(38,2)  the part of it past its due day on the last day of data
with owed as (
    select
        receivables.distributor_id,
        sum(receivables.amount - coalesce(receivables.paid_amount, 0)) filter (where receivables.paid_on is null) as unpaid_amount,
        sum(receivables.amount - coalesce(receivables.paid_amount, 0)) filter (
            where receivables.paid_on is null and receivables.due_on < workspace.data_through_on
        ) as overdue_amount
    from receivables
    cross join workspace
    where receivables.distributor_id = $distributor::varchar
    group by receivables.distributor_id
)
select
    distributors.distributor_id,
    distributors.name as distributor_name,
    distributors.tier,
    distributors.parent_id,
    parents.name as parent_name,
    territories.name as home_territory_name,
    distributors.city,
    distributors.grade,
    distributors.stage,
    distributors.onboarded_on,
    distributors.credit_limit_amount,
    distributors.credit_days,
    case when owed.distributor_id is not null then coalesce(owed.unpaid_amount, 0) end::decimal(38, 2) as unpaid_amount,
    case when owed.distributor_id is not null then coalesce(owed.overdue_amount, 0) end::decimal(38, 2) as overdue_amount
from distributors
left join distributors as parents on parents.distributor_id = distributors.parent_id
left join territories on territories.territory_id = distributors.territory_id
left join owed on owed.distributor_id = distributors.distributor_id
where distributors.distributor_id = $distributor::varchar
