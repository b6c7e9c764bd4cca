-- Distributors whose pure sales reached territories or lines they were not authorised for on the day: a place to look, not
-- an accusation. What went over a border next to their own territory stands apart, and so does what could not be judged.
-- grain: one row a distributor with sales outside its authorisation
-- columns:
--   distributor_id       varchar        the distributor
--   distributor_name     varchar        its name
--   home_territory_name  varchar        its home territory
--   outside_amount       decimal(38,2)  pure sales outside
--   border_amount        decimal(38,2)  of it into zones that adjoin its own
--   outside_share        double         outside in what could be judged
--   unmapped_amount      decimal(38,2)  pure sales that could not be judged
--   unknown_amount       decimal(38,2)  of what is outside, where nobody says what adjoins
--   territory_count      bigint         territories they went to
--   main_territory_name  varchar        the one that most went to
with sold as (
    select
        distributor_id,
        territory_id,
        sum(case when authority = 'inside' then sales_amount else 0 end) as inside_amount,
        sum(case when authority = 'outside' then sales_amount else 0 end) as outside_amount,
        sum(case when border = 'border' then sales_amount else 0 end) as border_amount,
        sum(case when border = 'unknown' then sales_amount else 0 end) as unknown_amount,
        sum(case when authority = 'unmapped' then sales_amount else 0 end) as unmapped_amount
    from authorised_months
    where sales_month >= $period_start::date
        and sales_month < $period_end::date
        and in_territories($territories, territory_id)
        and in_list($manufacturers, manufacturer_id)
        and in_list($product_lines, product_line)
        and in_list($distributors, distributor_id)
    group by distributor_id, territory_id
),
ranked as (
    select
        *,
        row_number() over (partition by distributor_id order by outside_amount desc, territory_id) as place
    from sold
),
totals as (
    select
        distributor_id,
        sum(outside_amount) as outside_amount,
        sum(inside_amount) as inside_amount,
        sum(border_amount) as border_amount,
        sum(unknown_amount) as unknown_amount,
        sum(unmapped_amount) as unmapped_amount,
        count(*) filter (where outside_amount > 0) as territory_count,
        max(case when place = 1 then territory_id end) as territory_id
    from ranked
    group by distributor_id
)
select
    totals.distributor_id,
    coalesce(distributors.name, totals.distributor_id) as distributor_name,
    homes.name as home_territory_name,
    cast(totals.outside_amount as decimal(38, 2)) as outside_amount,
    cast(totals.border_amount as decimal(38, 2)) as border_amount,
    totals.outside_amount / nullif(totals.outside_amount + totals.inside_amount, 0) as outside_share,
    cast(totals.unmapped_amount as decimal(38, 2)) as unmapped_amount,
    cast(totals.unknown_amount as decimal(38, 2)) as unknown_amount,
    totals.territory_count,
    territories.name as main_territory_name
from totals
left join distributors on distributors.distributor_id = totals.distributor_id
left join territories as homes on homes.territory_id = distributors.territory_id
left join territories on territories.territory_id = totals.territory_id
where totals.outside_amount > 0
order by totals.outside_amount desc, totals.distributor_id
