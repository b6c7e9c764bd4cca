-- To check: distributors that sold outside their authorised territory again and again, by more than spills over a border.
-- Into adjoining zones up to border_allowance of what could be judged is natural border flow and leaves no row; beyond them
-- counts from beyond_share on.
-- grain: one row a distributor
-- parameters:
--   border_allowance  double   0.05  share of a distributor's judged sales that may go to adjoining zones
--   beyond_share      double   0.01  share of judged sales in other zones from which on it is looked at
--   least_months      integer  3     months in which it happened; all of them where the period has fewer
--   least_lines       integer  10    shipment lines
-- columns:
--   distributor_id    varchar        the distributor
--   subject_id        varchar        the zone that most went to
--   subject_name      varchar        its name
--   other_names       varchar        the next two zones
--   sales_amount      decimal(38,2)  pure sales outside that are to be checked
--   measure           double         their share in what could be judged
--   reference         double         of them the share in adjoining zones
--   month_count       bigint         months in which it happened
--   line_count        bigint         shipment lines
with sold as (
    select
        authorised_months.sales_month,
        authorised_months.distributor_id,
        coalesce(territory_zones.zone_id, territory_places.province_id, territory_places.region_id, authorised_months.territory_id) as zone_id,
        authorised_months.authority,
        authorised_months.border,
        authorised_months.sales_amount,
        authorised_months.line_count
    from authorised_months
    left join territory_zones on territory_zones.territory_id = authorised_months.territory_id
    left join territory_places on territory_places.territory_id = authorised_months.territory_id
    where authorised_months.sales_month >= $period_start::date
        and authorised_months.sales_month < $period_end::date
        and authorised_months.authority <> 'unmapped'
        and in_territories($territories, authorised_months.territory_id)
        and in_list($manufacturers, authorised_months.manufacturer_id)
        and in_list($product_lines, authorised_months.product_line)
        and in_list($distributors, authorised_months.distributor_id)
),
shares as (
    select
        distributor_id,
        sum(case when border = 'border' then sales_amount else 0 end) / nullif(sum(sales_amount), 0) as border_share,
        sum(case when border in ('beyond', 'unknown') then sales_amount else 0 end) / nullif(sum(sales_amount), 0) as beyond_share,
        sum(sales_amount) as judged_amount
    from sold
    group by distributor_id
    having sum(sales_amount) > 0
),
picked as (
    select
        sold.*,
        shares.judged_amount
    from sold
    join shares on shares.distributor_id = sold.distributor_id
    where (sold.border = 'border' and shares.border_share > $border_allowance::double)
        or (sold.border in ('beyond', 'unknown') and shares.beyond_share >= $beyond_share::double)
),
places as (
    select
        distributor_id,
        zone_id,
        row_number() over (partition by distributor_id order by sum(sales_amount) desc, zone_id) as place
    from picked
    group by distributor_id, zone_id
),
named as (
    select
        places.distributor_id,
        max(case when places.place = 1 then places.zone_id end) as subject_id,
        max(case when places.place = 1 then coalesce(territories.name, places.zone_id) end) as subject_name,
        string_agg(coalesce(territories.name, places.zone_id), '|' order by places.place) filter (where places.place in (2, 3)) as other_names
    from places
    left join territories on territories.territory_id = places.zone_id
    group by places.distributor_id
),
totals as (
    select
        distributor_id,
        sum(sales_amount) as sales_amount,
        sum(sales_amount) / max(judged_amount) as measure,
        sum(case when border = 'border' then sales_amount else 0 end) / nullif(sum(sales_amount), 0) as reference,
        count(distinct sales_month) as month_count,
        sum(line_count) as line_count
    from picked
    group by distributor_id
)
select
    totals.distributor_id,
    named.subject_id,
    named.subject_name,
    named.other_names,
    cast(totals.sales_amount as decimal(38, 2)) as sales_amount,
    totals.measure,
    totals.reference,
    totals.month_count,
    cast(totals.line_count as bigint) as line_count
from totals
join named on named.distributor_id = totals.distributor_id
where totals.sales_amount > 0
    and totals.line_count >= $least_lines::integer
    and totals.month_count >= least($least_months::integer, date_diff('month', $period_start::date, $period_end::date))
order by totals.sales_amount desc, totals.distributor_id
