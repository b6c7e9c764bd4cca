-- What similar terminals bought in the window, product by product, beside what one terminal bought of it.
-- grain: one row a product that any of them bought, what most of them buy first
-- parameters:
--   terminal   varchar    ''  the terminal
--   terminals  varchar[]  []  the similar ones
-- columns:
--   product_id     varchar        the product
--   product_name   varchar        its name
--   product_line   varchar        its product line
--   buyer_count    bigint         similar terminals that bought it, net above zero
--   peer_count     bigint         similar terminals
--   buyer_rate     double         the one over the other
--   median_amount  decimal(38,2)  median of what those buyers bought
--   own_amount     decimal(38,2)  what the terminal bought of it; 0 without
--   ever_amount    decimal(38,2)  what it bought of it since the data begin
--   listed_on      date           day it was listed here; empty where it is not listed or the day is not said
--   is_listed      boolean        whether it is listed here; empty where no listing is loaded
with amounts as (
    select
        terminal_id,
        product_id,
        product_line,
        sum(case when sales_month >= $period_start::date then sales_amount else 0 end) as sales_amount,
        sum(sales_amount) as ever_amount
    from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where sales_month < $period_end::date
        and (
            terminal_id = $terminal::varchar
            or (sales_month >= $period_start::date and list_contains($terminals::varchar[], terminal_id))
        )
    group by terminal_id, product_id, product_line
),
peers as (
    select
        product_id,
        max(product_line) as product_line,
        count(*) as buyer_count,
        median(sales_amount) as median_amount
    from amounts
    where terminal_id <> $terminal::varchar and sales_amount > 0
    group by product_id
),
listed as (
    select
        product_id,
        min(stage_on) as listed_on
    from listings
    where terminal_id = $terminal::varchar and stage in ('listed', 'first_order', 'regular')
    group by product_id
),
listing_list as (
    select count(*) > 0 as is_known
    from listings
)
select
    peers.product_id,
    coalesce(products.name, peers.product_id) as product_name,
    peers.product_line,
    peers.buyer_count,
    len($terminals::varchar[]) as peer_count,
    (peers.buyer_count / nullif(len($terminals::varchar[]), 0))::double as buyer_rate,
    peers.median_amount::decimal(38, 2) as median_amount,
    coalesce(own.sales_amount, 0)::decimal(38, 2) as own_amount,
    coalesce(own.ever_amount, 0)::decimal(38, 2) as ever_amount,
    listed.listed_on,
    case when listing_list.is_known then listed.product_id is not null end as is_listed
from peers
cross join listing_list
left join products on products.product_id = peers.product_id
left join amounts as own on own.product_id = peers.product_id and own.terminal_id = $terminal::varchar
left join listed on listed.product_id = peers.product_id
order by peers.buyer_count desc, peers.median_amount desc, peers.product_id
