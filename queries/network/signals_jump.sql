-- To check: whole quarters in which a distributor bought far more of a line than in the four quarters before, while neither it
-- nor anybody else sold more of the line to its terminals, and no count finds the goods in its stock. What a count finds is
-- loading, not diversion, and stands among the stock of the channel. Purchases, sales and stock are valued at one price.
-- grain: one row a distributor, product line and quarter
-- parameters:
--   least_ratio   double  1.5   purchases over the usual from which on they jump
--   most_demand   double  1.15  demand over the usual up to which it is flat
--   least_missing double  0.3   goods unaccounted for, as a share of usual purchases
-- columns:
--   distributor_id    varchar        the distributor
--   subject_id        varchar        the product line
--   sales_quarter     date           first day of the quarter
--   sales_amount      decimal(38,2)  purchases beyond the usual that neither sales nor counted stock account for
--   bought_amount     decimal(38,2)  purchases of the quarter
--   measure           double         purchases over the usual
--   reference         double         what its terminals bought of the line from anybody, over the usual
--   is_counted        boolean        whether a count says what was in stock at the quarter's end
--   line_count        bigint         shipment lines of the purchases
with months as (
    select
        distributor_id,
        product_line,
        cast(date_trunc('quarter', stock_month) as date) as sales_quarter,
        stock_month,
        sum(received_amount + transferred_in_amount) as bought,
        sum(sold_amount + transferred_out_amount) as passed_on,
        sum(opening_amount) as opening,
        sum(closing_amount) as closing,
        min(case when basis = 'counted' then 1 else 0 end) as is_counted
    from stock_months
    where in_territories($territories, territory_id)
        and in_list($manufacturers, manufacturer_id)
        and in_list($product_lines, product_line)
        and in_list($distributors, distributor_id)
    group by distributor_id, product_line, cast(date_trunc('quarter', stock_month) as date), stock_month
),
quarters as (
    select
        distributor_id,
        product_line,
        sales_quarter,
        sum(bought) as bought,
        sum(passed_on) as passed_on,
        max(case when stock_month = sales_quarter then opening end) as opening,
        max(case when stock_month = sales_quarter + interval 2 month then closing end) as closing,
        coalesce(max(case when stock_month = sales_quarter + interval 2 month then is_counted end), 0) = 1 as is_counted
    from months
    group by distributor_id, product_line, sales_quarter
),
compared as (
    select
        quarters.distributor_id,
        quarters.product_line,
        quarters.sales_quarter,
        quarters.bought,
        quarters.passed_on,
        quarters.is_counted,
        case when quarters.is_counted then quarters.closing - coalesce(quarters.opening, 0) else 0 end as risen,
        avg(before.bought)::double as usual,
        avg(before.passed_on)::double as usual_passed_on
    from quarters
    cross join workspace
    join quarters as before on before.distributor_id = quarters.distributor_id
        and before.product_line is not distinct from quarters.product_line
        and before.sales_quarter >= quarters.sales_quarter - interval 12 month
        and before.sales_quarter < quarters.sales_quarter
    where quarters.sales_quarter + interval 3 month > $period_start::date
        and quarters.sales_quarter < $period_end::date
        and quarters.sales_quarter + interval 3 month <= workspace.data_through_on + interval 1 day
    group by
        quarters.distributor_id,
        quarters.product_line,
        quarters.sales_quarter,
        quarters.bought,
        quarters.passed_on,
        quarters.opening,
        quarters.closing,
        quarters.is_counted
    -- a year of purchases before, else nothing is usual
    having count(*) filter (where before.bought > 0) = 4
),
jumped as (
    select
        *,
        bought::double - usual - greatest(passed_on::double - usual_passed_on, 0) - greatest(risen::double, 0) as missing
    from compared
    where bought >= usual * $least_ratio::double
),
candidates as (
    select *
    from jumped
    where missing >= usual * $least_missing::double and usual > 0
),
served as (
    select distinct
        candidates.distributor_id,
        candidates.product_line,
        candidates.sales_quarter,
        sales.terminal_id
    from candidates
    join sales_months as sales on sales.distributor_id = candidates.distributor_id
        and sales.product_line is not distinct from candidates.product_line
        and sales.sales_month >= candidates.sales_quarter - interval 12 month
        and sales.sales_month < candidates.sales_quarter + interval 3 month
),
demand as (
    select
        served.distributor_id,
        served.product_line,
        served.sales_quarter,
        sum(case when sales.sales_month >= served.sales_quarter then sales.sales_quantity * coalesce(products.terminal_price_amount, 1) end)::double as bought_now,
        sum(case when sales.sales_month < served.sales_quarter then sales.sales_quantity * coalesce(products.terminal_price_amount, 1) end)::double / 4 as bought_before
    from served
    join sales_months as sales on sales.terminal_id = served.terminal_id
        and sales.product_line is not distinct from served.product_line
        and sales.sales_month >= served.sales_quarter - interval 12 month
        and sales.sales_month < served.sales_quarter + interval 3 month
    left join products on products.product_id = sales.product_id
    group by served.distributor_id, served.product_line, served.sales_quarter
),
lines as (
    select
        candidates.distributor_id,
        candidates.product_line,
        candidates.sales_quarter,
        sum(edges.line_count) as line_count
    from candidates
    join edge_months as edges on edges.buyer_id = candidates.distributor_id
        and edges.stage in ('sell_in', 'transfer')
        and edges.product_line is not distinct from candidates.product_line
        and edges.flow_month >= candidates.sales_quarter
        and edges.flow_month < candidates.sales_quarter + interval 3 month
    group by candidates.distributor_id, candidates.product_line, candidates.sales_quarter
)
select
    candidates.distributor_id,
    candidates.product_line as subject_id,
    candidates.sales_quarter,
    cast(candidates.missing as decimal(38, 2)) as sales_amount,
    cast(candidates.bought as decimal(38, 2)) as bought_amount,
    candidates.bought::double / candidates.usual as measure,
    demand.bought_now / nullif(demand.bought_before, 0) as reference,
    candidates.is_counted,
    cast(coalesce(lines.line_count, 0) as bigint) as line_count
from candidates
left join demand on demand.distributor_id = candidates.distributor_id
    and demand.product_line is not distinct from candidates.product_line
    and demand.sales_quarter = candidates.sales_quarter
left join lines on lines.distributor_id = candidates.distributor_id
    and lines.product_line is not distinct from candidates.product_line
    and lines.sales_quarter = candidates.sales_quarter
where coalesce(demand.bought_now, 0) <= coalesce(demand.bought_before, 0) * $most_demand::double
order by sales_amount desc, candidates.distributor_id, candidates.product_line, candidates.sales_quarter
