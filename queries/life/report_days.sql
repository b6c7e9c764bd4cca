-- The days of which each seller of pure sales has sent lines. Whose contract ended owes no more. Of who sells to five terminals
-- or more only lines to terminals tell: that all of them stopped at once is a missing file, even where lines to other
-- distributors go on coming. Of who sells to fewer, lines to anybody tell.
-- grain: one row a seller and day
-- columns:
--   seller_id    varchar  the seller
--   reported_on  date     the day; the last day of the month where flows carry months only
--   has_ended    boolean  whether it is a distributor whose contract ended
with sellers as (
    select
        seller_id,
        count(distinct terminal_id) >= 5 as has_many
    from terminal_months
    group by seller_id
),
days as (
    select distinct
        flows.seller_id,
        case when workspace.is_monthly then last_day(flows.occurred_on) else flows.occurred_on end as reported_on
    from flows
    join sellers on sellers.seller_id = flows.seller_id
    cross join workspace
    where not sellers.has_many or flows.buyer_id in (select terminals.terminal_id from terminals)
)
select
    days.seller_id,
    days.reported_on,
    coalesce(distributors.stage = 'ended', false) as has_ended
from days
left join distributors on distributors.distributor_id = days.seller_id
order by days.seller_id, days.reported_on
