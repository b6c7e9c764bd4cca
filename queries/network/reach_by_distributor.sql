-- How far each distributor reaches in the period: terminals, provinces and product lines, what a terminal buys from it, and
-- how many of its terminals nobody else serves. Terminals count where the distributor sold to them, net above zero.
-- grain: one row a distributor with such terminals, the furthest reach first
-- columns:
--   distributor_id       varchar        the distributor
--   distributor_name     varchar        its name
--   tier                 integer        1 or 2; empty where not said
--   terminal_count       bigint         terminals it serves
--   exclusive_count      bigint         of which nobody else serves, a manufacturer included
--   area_count           bigint         provinces they lie in, or territories where there is no such level
--   line_count           bigint         product lines it sells
--   sales_amount         decimal(38,2)  pure sales to them
--   exclusive_amount     decimal(38,2)  of which to those nobody else serves
--   exclusive_share      double         share of those in its sales
--   per_terminal_amount  decimal(38,2)  pure sales a terminal
--   is_chosen            boolean        whether the distributor filter names it
with links as (
    select
        terminal_id,
        seller_id,
        distributor_id,
        territory_id,
        bought_amount
    from purchases_in($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
),
served as (
    select
        terminal_id,
        seller_id,
        distributor_id,
        max(territory_id) as territory_id,
        sum(bought_amount) as link_amount,
        count(*) over (partition by terminal_id) as source_count
    from links
    group by terminal_id, seller_id, distributor_id
    having sum(bought_amount) > 0
),
lines as (
    select
        distributor_id,
        count(*) as line_count
    from (
        select
            distributor_id,
            product_line
        from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
        where distributor_id is not null
            and product_line is not null
            and sales_month >= $period_start::date
            and sales_month < $period_end::date
        group by distributor_id, product_line
        having sum(sales_amount) > 0
    ) as sold
    group by distributor_id
),
reached as (
    select
        served.distributor_id,
        count(*) as terminal_count,
        count(*) filter (where served.source_count = 1) as exclusive_count,
        count(distinct coalesce(territory_places.province_id, territory_places.territory_id)) as area_count,
        sum(served.link_amount) as sales_amount,
        sum(case when served.source_count = 1 then served.link_amount else 0 end) as exclusive_amount
    from served
    left join territory_places on territory_places.territory_id = served.territory_id
    where served.distributor_id is not null
    group by served.distributor_id
)
select
    reached.distributor_id,
    coalesce(distributors.name, reached.distributor_id) as distributor_name,
    distributors.tier,
    reached.terminal_count,
    reached.exclusive_count,
    reached.area_count,
    coalesce(lines.line_count, 0) as line_count,
    cast(reached.sales_amount as decimal(38, 2)) as sales_amount,
    cast(reached.exclusive_amount as decimal(38, 2)) as exclusive_amount,
    reached.exclusive_amount::double / nullif(reached.sales_amount, 0)::double as exclusive_share,
    cast(reached.sales_amount / reached.terminal_count as decimal(38, 2)) as per_terminal_amount,
    coalesce(list_contains($distributors::varchar[], reached.distributor_id), false) as is_chosen
from reached
left join distributors on distributors.distributor_id = reached.distributor_id
left join lines on lines.distributor_id = reached.distributor_id
order by reached.terminal_count desc, reached.sales_amount desc, reached.distributor_id
