-- To check: goods sold in the last days of a month and taken back, nearly all of them, soon after it ended; by seller and
-- terminal. An ordinary return brings back a part, at any time. Whether the same quantity went to another terminal afterwards
-- is said beside it.
-- grain: one row a distributor and terminal
-- parameters:
--   edge_days    integer  10   days at the end of a month
--   back_days    integer  30   days within which goods came back, in a later month
--   least_share  double   0.8  share of the quantity that came back
--   least_lines  integer  2    lines sold that came back
-- columns:
--   distributor_id    varchar        the distributor
--   subject_id        varchar        the terminal
--   subject_name      varchar        its name
--   sales_amount      decimal(38,2)  value that went out and came back
--   measure           double         share of the quantity that came back
--   reference         double         share in what the distributor sold in those months
--   month_count       bigint         months at whose end it happened
--   is_quarter_end    boolean        whether all of them end a quarter
--   resold_amount     decimal(38,2)  of it the same quantity of a product went to another terminal within back_days
--   line_count        bigint         lines sold and lines that came back
with returned as (
    select
        flows.seller_id,
        flows.buyer_id,
        flows.product_id,
        flows.occurred_on as back_on,
        cast(date_trunc('month', flows.occurred_on) as date) as back_month,
        flows.quantity,
        flows.amount
    from flows
    join distributors on distributors.distributor_id = flows.seller_id
    join terminals on terminals.terminal_id = flows.buyer_id
    left join products on products.product_id = flows.product_id
    where flows.quantity < 0
        and flows.occurred_on >= $period_start::date
        and flows.occurred_on < $period_end::date + to_days($back_days::integer)
        -- only what came back soon after a month's end can answer its last days
        and extract(day from flows.occurred_on) <= $back_days::integer
        and in_territories($territories, terminals.territory_id)
        and in_list($manufacturers, products.manufacturer_id)
        and in_list($product_lines, products.product_line)
        and in_list($distributors, flows.seller_id)
),
links as (
    select distinct
        seller_id,
        buyer_id,
        product_id,
        cast(back_month - interval 1 month as date) as sold_month
    from returned
),
days as (
    select
        links.seller_id,
        links.buyer_id,
        links.product_id,
        links.sold_month,
        flows.occurred_on as sold_on,
        sum(flows.quantity) as quantity,
        sum(flows.amount) as amount,
        count(*) as line_count
    from links
    join flows on flows.seller_id = links.seller_id and flows.buyer_id = links.buyer_id and flows.product_id = links.product_id
        and flows.occurred_on >= links.sold_month + interval 1 month - to_days($edge_days::integer)
        and flows.occurred_on < links.sold_month + interval 1 month
    where flows.quantity > 0
        and flows.occurred_on >= $period_start::date
        and flows.occurred_on < $period_end::date
    group by links.seller_id, links.buyer_id, links.product_id, links.sold_month, flows.occurred_on
),
-- goods of one day, or of all these days together
sent as (
    select *
    from days
    union all
    select
        seller_id,
        buyer_id,
        product_id,
        sold_month,
        max(sold_on) as sold_on,
        sum(quantity) as quantity,
        sum(amount) as amount,
        sum(line_count) as line_count
    from days
    group by seller_id, buyer_id, product_id, sold_month
    having count(*) > 1
),
matched as (
    select
        sent.seller_id,
        sent.buyer_id,
        sent.product_id,
        sent.sold_month,
        sent.quantity as sent_quantity,
        max(returned.back_on) as back_on,
        least(sent.amount, -sum(returned.amount)) as amount,
        -sum(returned.quantity) as back_quantity,
        sent.line_count as sent_lines,
        sent.line_count + count(*) as line_count,
        row_number() over (
            partition by sent.seller_id, sent.buyer_id, sent.product_id, sent.sold_month order by sent.quantity desc, sent.sold_on desc
        ) as place
    from sent
    join returned on returned.seller_id = sent.seller_id
        and returned.buyer_id = sent.buyer_id
        and returned.product_id = sent.product_id
        and returned.back_month = sent.sold_month + interval 1 month
        and returned.back_on <= sent.sold_on + to_days($back_days::integer)
    group by
        sent.seller_id, sent.buyer_id, sent.product_id, sent.sold_month, sent.sold_on, sent.quantity, sent.amount, sent.line_count
    having -sum(returned.quantity) >= sent.quantity * $least_share::double
        and -sum(returned.quantity) <= sent.quantity
        and -sum(returned.amount) > 0
),
trips as (
    select *
    from matched
    where place = 1
),
totals as (
    select
        seller_id,
        buyer_id,
        sum(amount) as amount,
        least(sum(back_quantity)::double / sum(sent_quantity)::double, 1) as measure,
        count(distinct sold_month) as month_count,
        bool_and(extract(month from sold_month) in (3, 6, 9, 12)) as is_quarter_end,
        sum(sent_lines) as sent_lines,
        sum(line_count) as line_count
    from trips
    group by seller_id, buyer_id
),
sellers as (
    select
        trips.seller_id,
        trips.buyer_id,
        sum(months.amount) as amount
    from (select distinct seller_id, buyer_id, sold_month from trips) as trips
    join (
        select
            distributor_id,
            sales_month,
            sum(sales_amount) as amount
        from terminal_months
        where sales_month >= $period_start::date and sales_month < $period_end::date
        group by distributor_id, sales_month
    ) as months on months.distributor_id = trips.seller_id and months.sales_month = trips.sold_month
    group by trips.seller_id, trips.buyer_id
),
resold as (
    select
        trips.seller_id,
        trips.buyer_id,
        sum(trips.amount) as amount
    from trips
    where exists (
        select 1
        from flows
        join terminals on terminals.terminal_id = flows.buyer_id
        where flows.seller_id = trips.seller_id
            and flows.product_id = trips.product_id
            and flows.buyer_id <> trips.buyer_id
            and flows.quantity = trips.back_quantity
            and flows.occurred_on >= trips.back_on
            and flows.occurred_on <= trips.back_on + to_days($back_days::integer)
    )
    group by trips.seller_id, trips.buyer_id
)
select
    totals.seller_id as distributor_id,
    totals.buyer_id as subject_id,
    coalesce(terminals.name, totals.buyer_id) as subject_name,
    cast(totals.amount as decimal(38, 2)) as sales_amount,
    totals.measure,
    totals.amount / nullif(sellers.amount, 0) as reference,
    totals.month_count,
    totals.is_quarter_end,
    cast(coalesce(resold.amount, 0) as decimal(38, 2)) as resold_amount,
    cast(totals.line_count as bigint) as line_count
from totals
left join sellers on sellers.seller_id = totals.seller_id and sellers.buyer_id = totals.buyer_id
left join resold on resold.seller_id = totals.seller_id and resold.buyer_id = totals.buyer_id
left join terminals on terminals.terminal_id = totals.buyer_id
where totals.sent_lines >= $least_lines::integer
order by totals.amount desc, totals.seller_id, totals.buyer_id
