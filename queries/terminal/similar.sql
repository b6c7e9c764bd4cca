-- Terminals like one terminal that bought in the window: of its kind and level in its region where there are enough, else
-- of its kind and level anywhere, else of its kind; the nearest in size and in the mix of product lines. Size is the
-- potential where both have one, else what was bought; a size twice as large is as far away as another mix altogether.
-- grain: one row a similar terminal, the nearest first
-- parameters:
--   terminal  varchar  ''  the terminal
--   most      integer  20  how many are wanted
--   least     integer  5   fewer than this are too few to compare with
-- columns:
--   terminal_id     varchar        the similar terminal
--   terminal_name   varchar        its name
--   territory_name  varchar        its territory
--   sales_amount    decimal(38,2)  pure sales of the window
--   product_count   bigint         products bought, net above zero
--   size_ratio      double         its size over the size of the terminal; empty where the terminal has none
--   mix_share       double         share of the mix of product lines both have in common; empty where the terminal bought nothing
--   group_code      varchar        what was searched: region, level or kind
--   group_count     bigint         how many such terminals there are
with chosen as (
    select
        terminals.type,
        terminals.level,
        places.region_id
    from terminals
    left join territory_places as places on places.territory_id = terminals.territory_id
    where terminals.terminal_id = $terminal::varchar
),
amounts as (
    select
        terminal_id,
        product_line,
        sum(sales_amount) as sales_amount
    from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by terminal_id, product_line
),
bought as (
    select
        terminal_id,
        sum(sales_amount) as sales_amount,
        sum(greatest(sales_amount, 0)) as gross_amount
    from amounts
    group by terminal_id
),
sized as (
    select
        terminal_id,
        max(potential_amount) as potential_amount
    from (
        select
            terminal_id,
            year,
            coalesce(
                sum(case when coalesce(product_line, '') = '' then potential_amount end),
                sum(potential_amount)
            ) as potential_amount
        from potentials
        group by terminal_id, year
    ) as yearly
    group by terminal_id
),
candidates as (
    select
        institutions.terminal_id,
        institutions.name,
        institutions.territory_id,
        bought.sales_amount,
        bought.gross_amount,
        sized.potential_amount,
        institutions.level is not distinct from chosen.level as is_level,
        institutions.level is not distinct from chosen.level
        and places.region_id is not distinct from chosen.region_id as is_region
    from terminals as institutions
    cross join chosen
    cross join workspace
    join bought on bought.terminal_id = institutions.terminal_id and bought.sales_amount > 0
    left join sized on sized.terminal_id = institutions.terminal_id
    left join territory_places as places on places.territory_id = institutions.territory_id
    where institutions.terminal_id <> $terminal::varchar
        and institutions.type is not distinct from chosen.type
        and (institutions.closed_on is null or institutions.closed_on > workspace.data_through_on)
),
counted as (
    select
        count(case when is_region then 1 end) as region_count,
        count(case when is_level then 1 end) as level_count,
        count(*) as kind_count
    from candidates
),
choice as (
    select
        case
            when region_count >= $most::integer then 'region'
            when level_count >= $least::integer then 'level'
            else 'kind'
        end as group_code,
        case
            when region_count >= $most::integer then region_count
            when level_count >= $least::integer then level_count
            else kind_count
        end as group_count
    from counted
),
picked as (
    select
        candidates.*,
        choice.group_code,
        choice.group_count
    from candidates
    cross join choice
    where choice.group_count >= $least::integer
        and (
            choice.group_code = 'kind'
            or (choice.group_code = 'level' and candidates.is_level)
            or (choice.group_code = 'region' and candidates.is_region)
        )
),
own_mix as (
    select
        amounts.product_line,
        (greatest(amounts.sales_amount, 0) / nullif(bought.gross_amount, 0))::double as line_share
    from amounts
    join bought on bought.terminal_id = amounts.terminal_id
    where amounts.terminal_id = $terminal::varchar
),
in_common as (
    select
        amounts.terminal_id,
        sum(least((greatest(amounts.sales_amount, 0) / nullif(picked.gross_amount, 0))::double, own_mix.line_share)) as mix_share
    from amounts
    join picked on picked.terminal_id = amounts.terminal_id
    join own_mix on own_mix.product_line is not distinct from amounts.product_line
    group by amounts.terminal_id
),
own_size as (
    select
        max(sized.potential_amount) as potential_amount,
        max(case when bought.sales_amount > 0 then bought.sales_amount end) as sales_amount
    from (select $terminal::varchar as terminal_id) as asked
    left join sized on sized.terminal_id = asked.terminal_id
    left join bought on bought.terminal_id = asked.terminal_id
),
compared as (
    select
        picked.*,
        case
            when own_size.potential_amount > 0 and picked.potential_amount > 0
                then (picked.potential_amount / own_size.potential_amount)::double
            when own_size.sales_amount > 0 then (picked.sales_amount / own_size.sales_amount)::double
        end as size_ratio,
        case when own_size.sales_amount > 0 then coalesce(in_common.mix_share, 0) end as mix_share
    from picked
    cross join own_size
    left join in_common on in_common.terminal_id = picked.terminal_id
),
nearest as (
    select
        *,
        coalesce(abs(ln(nullif(size_ratio, 0))) / ln(2.0), 0) + coalesce(1 - mix_share, 0) as distance
    from compared
    order by distance, terminal_id
    limit $most::integer
),
products_bought as (
    select
        terminal_id,
        count(*) as product_count
    from (
        select
            sales.terminal_id,
            sales.product_id
        from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[]) as sales
        where sales.sales_month >= $period_start::date
            and sales.sales_month < $period_end::date
            and sales.terminal_id in (select nearest.terminal_id from nearest)
        group by sales.terminal_id, sales.product_id
        having sum(sales.sales_amount) > 0
    ) as items
    group by terminal_id
)
select
    nearest.terminal_id,
    nearest.name as terminal_name,
    territories.name as territory_name,
    nearest.sales_amount::decimal(38, 2) as sales_amount,
    coalesce(products_bought.product_count, 0) as product_count,
    nearest.size_ratio,
    nearest.mix_share,
    nearest.group_code,
    nearest.group_count
from nearest
left join products_bought on products_bought.terminal_id = nearest.terminal_id
left join territories on territories.territory_id = nearest.territory_id
order by nearest.distance, nearest.terminal_id
