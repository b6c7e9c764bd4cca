-- Distributors that could supply one terminal: those that sell in its territory, or in the same province, in the window,
-- and those authorised for it on the last day; the nearest first where places are known.
-- grain: one row a distributor
-- parameters:
--   terminal   varchar  ''  the terminal
--   row_limit  integer  8   the most rows given
-- columns:
--   distributor_id    varchar        the distributor
--   distributor_name  varchar        its name
--   tier              integer        1 or 2; empty where not said
--   distance_km       double         from its seat to the terminal as the crow flies; empty where either place is not known
--   is_authorised     boolean        whether it may sell there; empty where no authorisation is loaded
--   terminal_count    bigint         terminals it sold to in the territory
--   sales_amount      decimal(38,2)  pure sales there
with view_end as (
    select end_of_view($period_end, null) as end_on
),
chosen as (
    select
        terminals.territory_id,
        places.province_id,
        terminals.longitude,
        terminals.latitude
    from terminals
    left join territory_places as places on places.territory_id = terminals.territory_id
    where terminals.terminal_id = $terminal::varchar
),
sold as (
    select
        sales.distributor_id,
        count(distinct case when sales.sales_amount > 0 and sales.territory_id = chosen.territory_id then sales.terminal_id end) as terminal_count,
        sum(case when sales.territory_id = chosen.territory_id then sales.sales_amount else 0 end) as sales_amount
    from terminal_months as sales
    cross join chosen
    left join territory_places as places on places.territory_id = sales.territory_id
    where sales.sales_month >= $period_start::date
        and sales.sales_month < $period_end::date
        and sales.distributor_id is not null
        and (sales.territory_id = chosen.territory_id or places.province_id = chosen.province_id)
    group by sales.distributor_id
),
authorised as (
    select distinct granted.distributor_id
    from authorisations as granted
    join territory_closure as below on below.ancestor_id = granted.territory_id
    join chosen on chosen.territory_id = below.territory_id
    cross join view_end
    where granted.valid_from < view_end.end_on
        and (granted.valid_to is null or granted.valid_to >= view_end.end_on)
),
authority_list as (
    select count(*) > 0 as is_known
    from authorisations
),
placed as (
    select
        distributors.distributor_id,
        distributors.name,
        distributors.tier,
        2 * 6371 * asin(least(1, sqrt(
            pow(sin(radians(distributors.latitude - chosen.latitude) / 2), 2)
            + cos(radians(chosen.latitude)) * cos(radians(distributors.latitude))
            * pow(sin(radians(distributors.longitude - chosen.longitude) / 2), 2)
        ))) as distance_km,
        case when authority_list.is_known then authorised.distributor_id is not null end as is_authorised,
        coalesce(sold.terminal_count, 0) as terminal_count,
        coalesce(sold.sales_amount, 0) as sales_amount
    from distributors
    cross join chosen
    cross join authority_list
    left join sold on sold.distributor_id = distributors.distributor_id
    left join authorised on authorised.distributor_id = distributors.distributor_id
    where (sold.distributor_id is not null or authorised.distributor_id is not null)
        and coalesce(distributors.stage, '') not in ('suspended', 'ended')
)
select
    distributor_id,
    name as distributor_name,
    tier,
    distance_km,
    is_authorised,
    terminal_count,
    sales_amount::decimal(38, 2) as sales_amount
from placed
order by
    coalesce(is_authorised, terminal_count > 0) desc,
    distance_km nulls last,
    sales_amount desc,
    distributor_id
limit $row_limit::integer
