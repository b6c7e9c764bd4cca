-- Who supplied one terminal in the year up to its last order, with what share, how its prices compare with what other
-- terminals pay, and how far it has reported. The norm of a product in a quarter is the median of the unit prices of the
-- other terminals; the index is what was paid over what the same quantities cost at the norms.
-- grain: one row a seller, largest first
-- parameters:
--   terminal     varchar  ''  the terminal
--   least_peers  integer  5   fewer other terminals than this make no norm
-- columns:
--   seller_id        varchar        who sold
--   seller_name      varchar        its name
--   is_distributor   boolean        a distributor; else a manufacturer directly
--   sales_amount     decimal(38,2)  pure sales of the window, net of returns
--   supply_share     double         share in all it bought in the window
--   product_count    bigint         products bought from it in the window
--   last_bought_on   date           last day it sold to the terminal
--   compared_amount  decimal(38,2)  the part of it that a norm is known for
--   norm_amount      decimal(38,2)  what the same quantities cost at the norms
--   price_index      double         the one over the other; empty without a norm
--   peer_count       bigint         most other terminals in a norm
--   reported_on      date           the last day it has reported through, to anybody
with view_end as (
    select end_of_view($period_end, null) as end_on
),
history as (
    select
        sales.seller_id,
        sales.distributor_id,
        sales.sales_month,
        sales.sales_amount,
        sales.last_bought_on,
        max(case when sales.last_bought_on is not null then sales.sales_month end) over () as last_month
    from terminal_months as sales
    where sales.terminal_id = $terminal::varchar and sales.sales_month < $period_end::date
),
sellers as (
    select
        seller_id,
        max(distributor_id) as distributor_id,
        max(last_bought_on) as last_bought_on
    from history
    where last_month is null or sales_month > last_month - interval 12 month
    group by seller_id
),
own as (
    select
        seller_id,
        product_id,
        date_trunc('quarter', sales_month) as sales_quarter,
        sum(sales_amount) as sales_amount,
        sum(sales_quantity) as sales_quantity
    from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where terminal_id = $terminal::varchar
        and sales_month >= $period_start::date
        and sales_month < $period_end::date
    group by seller_id, product_id, date_trunc('quarter', sales_month)
),
prices as (
    select
        product_id,
        date_trunc('quarter', sales_month) as sales_quarter,
        terminal_id,
        (sum(sales_amount) / nullif(sum(sales_quantity), 0))::double as price
    from sales_months
    where sales_month >= $period_start::date
        and sales_month < $period_end::date
        and terminal_id <> $terminal::varchar
        and product_id in (select own.product_id from own)
    group by product_id, date_trunc('quarter', sales_month), terminal_id
    having sum(sales_amount) > 0 and sum(sales_quantity) > 0
),
norms as (
    select
        product_id,
        sales_quarter,
        median(price) as norm,
        count(*) as peer_count
    from prices
    group by product_id, sales_quarter
    having count(*) >= $least_peers::integer
),
bought as (
    select
        own.seller_id,
        sum(own.sales_amount) as sales_amount,
        count(distinct case when own.sales_amount > 0 then own.product_id end) as product_count,
        sum(case when own.sales_quantity > 0 and own.sales_amount > 0 and norms.norm > 0 then own.sales_amount end) as compared_amount,
        sum(case when own.sales_quantity > 0 and own.sales_amount > 0 then own.sales_quantity::double * norms.norm end) as norm_amount,
        max(norms.peer_count) as peer_count
    from own
    left join norms on norms.product_id = own.product_id and norms.sales_quarter = own.sales_quarter
    group by own.seller_id
),
last_reports as (
    select
        edge_months.seller_id,
        max(edge_months.flow_month) as last_month
    from edge_months
    where edge_months.seller_id in (select sellers.seller_id from sellers) and edge_months.flow_month < $period_end::date
    group by edge_months.seller_id
)
select
    sellers.seller_id,
    coalesce(distributors.name, manufacturers.name, sellers.seller_id) as seller_name,
    sellers.distributor_id is not null as is_distributor,
    coalesce(bought.sales_amount, 0)::decimal(38, 2) as sales_amount,
    (greatest(bought.sales_amount, 0) / nullif(sum(greatest(bought.sales_amount, 0)) over (), 0))::double as supply_share,
    coalesce(bought.product_count, 0) as product_count,
    case when workspace.is_monthly then last_day(sellers.last_bought_on) else sellers.last_bought_on end as last_bought_on,
    bought.compared_amount::decimal(38, 2) as compared_amount,
    bought.norm_amount::decimal(38, 2) as norm_amount,
    bought.compared_amount::double / nullif(bought.norm_amount, 0) as price_index,
    bought.peer_count,
    -- whose contract ended owes nothing any more
    case
        when distributors.stage = 'ended' then view_end.end_on - 1
        when last_reports.last_month >= date_trunc('month', view_end.end_on - 1) then view_end.end_on - 1
        when last_reports.last_month is not null then cast(last_day(last_reports.last_month) as date)
    end as reported_on
from sellers
cross join view_end
cross join workspace
left join bought on bought.seller_id = sellers.seller_id
left join last_reports on last_reports.seller_id = sellers.seller_id
left join distributors on distributors.distributor_id = sellers.seller_id
left join manufacturers on manufacturers.manufacturer_id = sellers.seller_id
order by coalesce(bought.sales_amount, 0) desc, sellers.seller_id
