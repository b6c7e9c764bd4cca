-- Pure sales by month of each rep credited with them as of the day of each line: what a backtest of landings is made of.
-- grain: one row a month and rep
-- parameters:
--   position_rate  double  0.545  how far into each month the part is taken, as a share of its working days
-- columns:
--   sales_month     date           first day of the month
--   unit_id         varchar        the rep; empty for what nobody owns
--   sales_amount    decimal(38,2)  pure sales of the month credited, not rounded line by line
--   reached_amount  double         those by the position
with sold as (
    select *
    from selected_to_position($position_rate::double, $territories, $manufacturers, $product_lines, $distributors)
),
credited as (
    select
        sold.sales_month,
        credit_shares.rep_id,
        sold.sales_amount::double * (credit_shares.credit_share / credit_shares.divisor_share)::double as sales_amount,
        sold.reached_amount * (credit_shares.credit_share / credit_shares.divisor_share)::double as reached_amount
    from sold
    join credit_shares on credit_shares.terminal_id = sold.terminal_id
        and credit_shares.product_line = sold.product_line
        and credit_shares.credited_from <= sold.occurred_on
        and (credit_shares.credited_to is null or sold.occurred_on < credit_shares.credited_to)
),
everything as (
    select sales_month, rep_id as unit_id, sales_amount, reached_amount from credited
    union all
    select sales_month, '' as unit_id, sales_amount::double as sales_amount, reached_amount from sold
    union all
    select sales_month, '' as unit_id, -sales_amount, -reached_amount from credited
)
select
    sales_month,
    unit_id,
    sum(sales_amount)::decimal(38, 2) as sales_amount,
    sum(reached_amount)::double as reached_amount
from everything
group by sales_month, unit_id
having unit_id <> '' or abs(sum(sales_amount)) >= 0.01
order by sales_month, unit_id
