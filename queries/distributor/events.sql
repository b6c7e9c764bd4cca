-- What happened with one distributor, newest first: admission, contracts, authorisations, its activities.
-- grain: one row an event
-- parameters:
--   distributor  varchar  ''  the distributor
--   row_limit    integer  40  the most rows given
-- columns:
--   happened_on  date     the day
--   event_kind   varchar  onboarded, signed, agreement_starts, agreement_ends, authorised, authorisation_ends or activity
--   event_name   varchar  what it was about; empty where the kind says it all
--   activity_id  varchar  the activity; empty for other events
with contracts as (
    select
        agreements.*,
        coalesce(manufacturers.name, agreements.manufacturer_id, agreements.agreement_id) as maker
    from agreements
    left join manufacturers on manufacturers.manufacturer_id = agreements.manufacturer_id
    where agreements.distributor_id = $distributor::varchar
),
contract_days as (
    select signed_on as happened_on, 'signed' as event_kind, maker from contracts
    union all
    select starts_on as happened_on, 'agreement_starts' as event_kind, maker from contracts
    union all
    select ends_on as happened_on, 'agreement_ends' as event_kind, maker from contracts
),
events as (
    select
        onboarded_on as happened_on,
        'onboarded' as event_kind,
        null as event_name,
        null::varchar as activity_id
    from distributors
    where distributor_id = $distributor::varchar
    union all
    select
        happened_on,
        event_kind,
        string_agg(distinct maker, ', ' order by maker) as event_name,
        null::varchar as activity_id
    from contract_days
    where happened_on is not null
    group by happened_on, event_kind
    union all
    select
        authorisations.valid_from,
        'authorised',
        string_agg(distinct coalesce(territories.name, authorisations.territory_id), ', ' order by coalesce(territories.name, authorisations.territory_id)),
        null::varchar
    from authorisations
    left join territories on territories.territory_id = authorisations.territory_id
    where authorisations.distributor_id = $distributor::varchar
    group by authorisations.valid_from
    union all
    select
        authorisations.valid_to,
        'authorisation_ends',
        string_agg(distinct coalesce(territories.name, authorisations.territory_id), ', ' order by coalesce(territories.name, authorisations.territory_id)),
        null::varchar
    from authorisations
    left join territories on territories.territory_id = authorisations.territory_id
    where authorisations.distributor_id = $distributor::varchar
    group by authorisations.valid_to
    union all
    select starts_on, 'activity', name, activity_id from activities where owner = $distributor::varchar
)
select
    happened_on,
    event_kind,
    event_name,
    activity_id
from events
where happened_on is not null
order by happened_on desc, event_kind, event_name
limit $row_limit::integer
