-- What was agreed with one distributor: contracts with their targets and rebates, and what it may sell where.
-- grain: one row an agreement or authorised territory, what is in force first
-- parameters:
--   distributor  varchar  ''  the distributor
-- columns:
--   agreed_kind    varchar        agreement or authorisation
--   agreed_state   varchar        in_force, coming, over or unsigned, on the last day of data
--   agreed_with    varchar        the manufacturer, or the territory with its product lines
--   starts_on      date           first day
--   ends_on        date           last day; empty while it holds
--   left_days      bigint         days left on the last day of data; empty without an end
--   agreed_amount  decimal(18,2)  agreed purchase target
--   rebate_rate    double         rebate on sell-in
with agreed as (
    select
        'agreement' as agreed_kind,
        coalesce(manufacturers.name, agreements.manufacturer_id, agreements.agreement_id) as agreed_with,
        agreements.starts_on,
        agreements.ends_on,
        agreements.signed_on is null as is_unsigned,
        agreements.target_amount as agreed_amount,
        agreements.rebate_rate
    from agreements
    left join manufacturers on manufacturers.manufacturer_id = agreements.manufacturer_id
    where agreements.distributor_id = $distributor::varchar
    union all
    select
        'authorisation' as agreed_kind,
        coalesce(any_value(territories.name), authorisations.territory_id)
        || case
            when bool_or(coalesce(authorisations.product_line, '') = '') then ''
            else ' · ' || count(distinct authorisations.product_line)
        end as agreed_with,
        authorisations.valid_from as starts_on,
        authorisations.valid_to - 1 as ends_on,
        false as is_unsigned,
        null as agreed_amount,
        null as rebate_rate
    from authorisations
    left join territories on territories.territory_id = authorisations.territory_id
    where authorisations.distributor_id = $distributor::varchar
    group by authorisations.territory_id, authorisations.valid_from, authorisations.valid_to
)
select
    agreed.agreed_kind,
    case
        when agreed.starts_on > workspace.data_through_on then 'coming'
        when agreed.ends_on < workspace.data_through_on then 'over'
        when agreed.is_unsigned then 'unsigned'
        else 'in_force'
    end as agreed_state,
    agreed.agreed_with,
    agreed.starts_on,
    agreed.ends_on::date as ends_on,
    case when agreed.ends_on >= workspace.data_through_on then (agreed.ends_on::date - workspace.data_through_on)::bigint end as left_days,
    agreed.agreed_amount::decimal(18, 2) as agreed_amount,
    agreed.rebate_rate::double as rebate_rate
from agreed
cross join workspace
order by
    case agreed_state when 'in_force' then 1 when 'unsigned' then 2 when 'coming' then 3 else 4 end,
    agreed.agreed_kind, agreed.starts_on desc, agreed.agreed_with
