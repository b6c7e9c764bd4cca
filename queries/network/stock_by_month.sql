-- What came into the selected distributors and what they sold, month by month, with the stock that lay at each end.
-- grain: one row a month
-- parameters:
--   chart_start  date  null  first month; two years before the period's end where empty
-- columns:
--   stock_month             date           first day of the month
--   received_amount         decimal(38,2)  from manufacturers, at the price that values stock
--   transferred_in_amount   decimal(38,2)  from other distributors
--   transferred_out_amount  decimal(38,2)  to other distributors
--   sold_amount             decimal(38,2)  pure sales at that price
--   gap_amount              decimal(38,2)  counts less the book
--   closing_amount          decimal(38,2)  stock at the month's end, or on the last day of data
--   implied_amount          decimal(38,2)  the part of it never counted
--   stock_days              double         closing stock over what left the selection a day in 90 days; empty in the first two months
--   is_quarter_end          boolean        whether a quarter ends with the month
--   is_partial              boolean        whether the month is not over
with held as (
    select
        stock_month,
        sum(received_amount) as received_amount,
        sum(transferred_in_amount) as transferred_in_amount,
        sum(transferred_out_amount) as transferred_out_amount,
        sum(sold_amount) as sold_amount,
        sum(gap_amount) as gap_amount,
        sum(closing_amount) as closing_amount,
        sum(case when basis = 'implied' then closing_amount else 0 end) as implied_amount,
        sum(sold_90_amount + transferred_90_amount) as gone_amount
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    group by stock_month
),
begun as (
    select min(day_month) as first_month
    from working_days
)
select
    held.stock_month,
    held.received_amount::decimal(38, 2) as received_amount,
    held.transferred_in_amount::decimal(38, 2) as transferred_in_amount,
    held.transferred_out_amount::decimal(38, 2) as transferred_out_amount,
    held.sold_amount::decimal(38, 2) as sold_amount,
    held.gap_amount::decimal(38, 2) as gap_amount,
    held.closing_amount::decimal(38, 2) as closing_amount,
    held.implied_amount::decimal(38, 2) as implied_amount,
    case
        when held.stock_month >= begun.first_month + interval 2 month
            then held.closing_amount::double * 90
                / nullif(greatest((held.gone_amount - coalesce(inner_part.inner_amount, 0))::double, 0), 0)
    end as stock_days,
    extract(month from held.stock_month) % 3 = 0 as is_quarter_end,
    held.stock_month = workspace.data_month and not workspace.is_month_complete as is_partial
from held
cross join workspace
cross join begun
left join inner_transfers($territories, $manufacturers, $product_lines, $distributors) as inner_part
    on inner_part.stock_month = held.stock_month
where held.stock_month >= coalesce($chart_start::date, $period_end::date - interval 24 month)
    and held.stock_month >= begun.first_month
    and held.stock_month < $period_end::date
order by held.stock_month
