-- The days of which each seller of pure sales has sent lines, to anybody. Whose contract ended owes no more.
-- grain: one row a seller and day
-- columns:
--   seller_id    varchar  the seller
--   reported_on  date     the day; the last day of the month where flows carry months only
--   has_ended    boolean  whether it is a distributor whose contract ended
with sellers as (
    select distinct seller_id
    from terminal_months
),
days as (
    select distinct
        flows.seller_id,
        case when workspace.is_monthly then last_day(flows.occurred_on) else flows.occurred_on end as reported_on
    from flows
    cross join workspace
    where flows.seller_id in (select sellers.seller_id from sellers)
)
select
    days.seller_id,
    days.reported_on,
    coalesce(distributors.stage = 'ended', false) as has_ended
from days
left join distributors on distributors.distributor_id = days.seller_id
order by days.seller_id, days.reported_on
