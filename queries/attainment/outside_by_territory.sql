-- Sales outside a distributor's authorised territory, by the territory that took them in and by the one whose distributor
-- sold them (its home), of the territories compared: what clean attainment moves back.
-- grain: one row a territory compared; empty for what is in none of them
-- columns:
--   unit_id       varchar        the territory; empty for what is in none of those listed
--   unit_name     varchar        its name; empty where the id is
--   taken_amount  decimal(38,2)  sold here by distributors not authorised for it
--   sent_amount   decimal(38,2)  sold elsewhere without authorisation by distributors at home here
--   seller_count  bigint         distributors at home here that did
with units as (
    select
        compared.unit_id,
        closure.territory_id
    from compared_units($territories) as compared
    join territory_closure as closure on closure.ancestor_id = compared.unit_id
),
outside as (
    select
        coalesce(here.unit_id, '') as taken_id,
        coalesce(home.unit_id, '') as sent_id,
        sold.distributor_id,
        sold.sales_amount
    from authorised_months as sold
    left join distributors on distributors.distributor_id = sold.distributor_id
    left join units as here on here.territory_id = sold.territory_id
    left join units as home on home.territory_id = distributors.territory_id
    where sold.authority = 'outside'
        and sold.sales_month >= $period_start::date
        and sold.sales_month < $period_end::date
        and in_list($manufacturers, sold.manufacturer_id)
        and in_list($product_lines, sold.product_line)
        and in_list($distributors, sold.distributor_id)
        and (
            len($territories::varchar[]) = 0
            or in_territories($territories, sold.territory_id)
            or in_territories($territories, distributors.territory_id)
        )
),
moved as (
    select taken_id as unit_id, sales_amount as taken_amount, 0::decimal(38, 2) as sent_amount, null as seller_id
    from outside
    union all
    select sent_id, 0::decimal(38, 2), sales_amount, distributor_id
    from outside
)
select
    moved.unit_id,
    coalesce(territories.name, '') as unit_name,
    sum(moved.taken_amount)::decimal(38, 2) as taken_amount,
    sum(moved.sent_amount)::decimal(38, 2) as sent_amount,
    count(distinct moved.seller_id) as seller_count
from moved
left join territories on territories.territory_id = moved.unit_id
group by moved.unit_id, territories.name
order by moved.unit_id
