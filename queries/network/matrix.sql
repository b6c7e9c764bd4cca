-- Pure sales of each seller by where they went or what was sold: the largest sellers and columns by name, the others
-- together, so that the cells add up to all pure sales under the filters.
-- grain: one row a seller shown and a column shown, with sales or returns
-- parameters:
--   columns       varchar  'region'  region, province, product_line or type (kind of terminal)
--   row_limit     bigint   30        most sellers named one by one
--   column_limit  bigint   24        most columns named one by one
-- columns:
--   row_id        varchar        distributor:D1, manufacturer:M1 (sells directly) or :others
--   row_name      varchar        its name; empty for others
--   row_count     bigint         sellers in the row
--   row_rank      bigint         place by pure sales, 1 first; others last
--   column_id     varchar        territory, product line or kind; empty where not known, ':others' beyond the limit
--   column_name   varchar        name of a territory; empty for others and for codes
--   column_count  bigint         columns in it
--   column_rank   bigint         place by pure sales, 1 first; not known and others last
--   is_home       boolean        whether the column is the seller's home territory
--   sales_amount  decimal(38,2)  pure sales
with sold as (
    select
        case when sales.distributor_id is null then 'manufacturer:' else 'distributor:' end || sales.seller_id as seller_id,
        coalesce(
            case $columns::varchar
                when 'product_line' then sales.product_line
                when 'type' then terminals.type
                when 'province' then coalesce(territory_places.province_id, territory_places.region_id, territories.territory_id)
                else coalesce(territory_places.region_id, territories.territory_id)
            end,
            ''
        ) as code,
        sum(sales.sales_amount) as sales_amount
    from selected_sales($territories, $manufacturers, $product_lines, $distributors) as sales
    left join terminals on terminals.terminal_id = sales.terminal_id
    left join territories on territories.territory_id = sales.territory_id
    left join territory_places on territory_places.territory_id = sales.territory_id
    where sales.sales_month >= $period_start::date and sales.sales_month < $period_end::date
    group by all
),
sellers as (
    select
        seller_id,
        row_number() over (order by sum(sales_amount) desc, seller_id) as place,
        count(*) over () as seller_count
    from sold
    group by seller_id
),
codes as (
    select
        code,
        -- what is not known keeps a column of its own, the last but one
        row_number() over (order by code = '', sum(sales_amount) desc, code) as place,
        count(*) filter (where code <> '') over () as code_count
    from sold
    group by code
),
-- one alone is not worth an Others
folded as (
    select
        case
            when sellers.place <= $row_limit::bigint or sellers.seller_count <= $row_limit::bigint + 1 then sold.seller_id
            else ':others'
        end as row_id,
        case
            when sold.code = '' or codes.place <= $column_limit::bigint or codes.code_count <= $column_limit::bigint + 1
                then sold.code
            else ':others'
        end as column_id,
        sellers.seller_id,
        codes.code,
        sellers.place as seller_place,
        codes.place as code_place,
        sold.sales_amount
    from sold
    join sellers on sellers.seller_id = sold.seller_id
    join codes on codes.code = sold.code
),
row_sizes as (
    select
        row_id,
        count(distinct seller_id) as row_count,
        case when row_id = ':others' then max(seller_place) else min(seller_place) end as row_rank
    from folded
    group by row_id
),
column_sizes as (
    select
        column_id,
        count(distinct code) as column_count,
        case when column_id = ':others' then max(code_place) else min(code_place) end as column_rank
    from folded
    group by column_id
),
homes as (
    select
        'distributor:' || distributors.distributor_id as row_id,
        distributors.name,
        case $columns::varchar
            when 'region' then coalesce(territory_places.region_id, distributors.territory_id)
            when 'province' then coalesce(territory_places.province_id, territory_places.region_id, distributors.territory_id)
        end as home_id
    from distributors
    left join territory_places on territory_places.territory_id = distributors.territory_id
)
select
    folded.row_id,
    case
        when folded.row_id <> ':others'
            then coalesce(max(homes.name), max(manufacturers.name), substr(folded.row_id, instr(folded.row_id, ':') + 1))
    end as row_name,
    max(row_sizes.row_count) as row_count,
    max(row_sizes.row_rank) as row_rank,
    folded.column_id,
    max(case when $columns::varchar in ('region', 'province') then territories.name end) as column_name,
    max(column_sizes.column_count) as column_count,
    max(column_sizes.column_rank) as column_rank,
    coalesce(max(homes.home_id) = folded.column_id and folded.column_id <> '', false) as is_home,
    cast(sum(folded.sales_amount) as decimal(38, 2)) as sales_amount
from folded
join row_sizes on row_sizes.row_id = folded.row_id
join column_sizes on column_sizes.column_id = folded.column_id
left join homes on homes.row_id = folded.row_id
left join manufacturers on 'manufacturer:' || manufacturers.manufacturer_id = folded.row_id
left join territories on territories.territory_id = folded.column_id
group by folded.row_id, folded.column_id
order by row_rank, column_rank
