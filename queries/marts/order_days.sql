-- The days on which each terminal bought, all products together: frequency and rhythm are read off them.
-- grain: one row a terminal, day, seller and territory
-- columns:
--   terminal_id     varchar        the terminal that bought
--   ordered_on      date           the day; the last day of the month where flows carry months only
--   seller_id       varchar        who sold: a distributor, or a manufacturer directly
--   distributor_id  varchar        the selling distributor; empty for direct sales
--   territory_id    varchar        territory the terminal belonged to on the day
--   order_amount    decimal(38,2)  value of the day, net of returns
select
    flows.buyer_id as terminal_id,
    case when workspace.is_monthly then cast(last_day(flows.occurred_on) as date) else flows.occurred_on end as ordered_on,
    flows.seller_id,
    senders.distributor_id,
    coalesce(placements.territory_id, terminals.territory_id) as territory_id,
    sum(flows.amount) as order_amount
from flows
cross join workspace
join terminals on terminals.terminal_id = flows.buyer_id
left join distributors as senders on senders.distributor_id = flows.seller_id
left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
left join placements on placements.terminal_id = flows.buyer_id
    and placements.placed_from <= flows.occurred_on
    and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
where senders.distributor_id is not null or makers.manufacturer_id is not null
group by
    flows.buyer_id,
    case when workspace.is_monthly then cast(last_day(flows.occurred_on) as date) else flows.occurred_on end,
    flows.seller_id,
    senders.distributor_id,
    coalesce(placements.territory_id, terminals.territory_id)
order by terminal_id, ordered_on, seller_id, territory_id
