-- Pure sales of every terminal in every whole month, all product lines: promoting one line may take from another, and
-- the money was spent to sell more in all.
-- grain: one row a terminal and month with a line
-- columns:
--   terminal_id   varchar        the terminal
--   month_index   integer        months since the first month of the panel
--   sales_amount  decimal(38,2)  pure sales, net of returns
with span as (
    select
        (select min(flow_month) from flow_months) as first_month,
        case
            when workspace.is_month_complete then workspace.data_month
            else cast(workspace.data_month - interval 1 month as date)
        end as last_month
    from workspace
)
select
    sales_months.terminal_id,
    cast(datediff('month', span.first_month, sales_months.sales_month) as integer) as month_index,
    sum(sales_months.sales_amount) as sales_amount
from sales_months
cross join span
where sales_months.sales_month <= span.last_month
group by sales_months.terminal_id, sales_months.sales_month, span.first_month
order by sales_months.terminal_id, month_index
