-- To check: institutions without any purchase before that took a lot once and nothing since. New customers that go on buying
-- leave no row, nor do those that opened lately, nor any in the first months of the data, when nobody has a history yet.
-- grain: one row a terminal
-- parameters:
--   least_times    double   8   times the middle month of the seller's other terminals in the year before
--   history        integer  12  months of data before the purchase
--   quiet_months   integer  2   whole months since without a purchase
-- columns:
--   distributor_id    varchar        the distributor that sold
--   subject_id        varchar        the terminal
--   subject_name      varchar        its name
--   sales_month       date           the month of the purchase
--   sales_amount      decimal(38,2)  what it bought
--   measure           double         times the middle month of the seller's other terminals
--   reference         double         its share in what the seller sold that month
--   zone_name         varchar        its territory
--   line_count        bigint         shipment lines
with bought as (
    select
        terminal_id,
        min(sales_month) as first_month,
        max(sales_month) as last_month,
        count(distinct sales_month) as month_count,
        count(distinct seller_id) as seller_count,
        max(distributor_id) as distributor_id,
        max(territory_id) as territory_id,
        sum(sales_amount) as amount
    from terminal_months
    where sales_amount <> 0
    group by terminal_id
),
begun as (
    select min(sales_month) as first_month
    from terminal_months
),
single as (
    select bought.*
    from bought
    cross join begun
    cross join workspace
    left join terminals on terminals.terminal_id = bought.terminal_id
    where bought.month_count = 1
        and bought.seller_count = 1
        and bought.distributor_id is not null
        and bought.amount > 0
        and bought.first_month >= $period_start::date
        and bought.first_month < $period_end::date
        and bought.first_month >= begun.first_month + to_months($history::integer)
        and bought.first_month + to_months($quiet_months::integer + 1)
            <= case when workspace.is_month_complete then workspace.data_month + interval 1 month else workspace.data_month end
        and (terminals.opened_on is null or terminals.opened_on < bought.first_month - interval 3 month)
        and (terminals.closed_on is null or terminals.closed_on >= bought.first_month + interval 3 month)
        and in_territories($territories, bought.territory_id)
        and in_list($distributors, bought.distributor_id)
),
usual as (
    select
        single.terminal_id,
        median(months.amount) as amount
    from single
    join (
        select
            distributor_id,
            terminal_id,
            sales_month,
            sum(sales_amount) as amount
        from terminal_months
        where distributor_id in (select single.distributor_id from single)
        group by distributor_id, terminal_id, sales_month
        having sum(sales_amount) > 0
    ) as months on months.distributor_id = single.distributor_id
        and months.terminal_id <> single.terminal_id
        and months.sales_month >= single.first_month - interval 12 month
        and months.sales_month <= single.first_month
    group by single.terminal_id
),
sellers as (
    select
        distributor_id,
        sales_month,
        sum(sales_amount) as amount
    from terminal_months
    where distributor_id is not null
    group by distributor_id, sales_month
),
lines as (
    select
        sales.terminal_id,
        sum(sales.line_count) as line_count
    from single
    join selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[]) as sales on sales.terminal_id = single.terminal_id
    group by sales.terminal_id
)
select
    single.distributor_id,
    single.terminal_id as subject_id,
    coalesce(terminals.name, single.terminal_id) as subject_name,
    single.first_month as sales_month,
    cast(single.amount as decimal(38, 2)) as sales_amount,
    single.amount::double / usual.amount::double as measure,
    single.amount / nullif(sellers.amount, 0) as reference,
    territories.name as zone_name,
    cast(lines.line_count as bigint) as line_count
from single
join lines on lines.terminal_id = single.terminal_id
join usual on usual.terminal_id = single.terminal_id
left join sellers on sellers.distributor_id = single.distributor_id and sellers.sales_month = single.first_month
left join terminals on terminals.terminal_id = single.terminal_id
left join territories on territories.territory_id = single.territory_id
where single.amount >= usual.amount * $least_times::double and usual.amount > 0
order by single.amount desc, single.terminal_id
