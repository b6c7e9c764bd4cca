-- What each terminal bought net of returns in a window: by product line, or by product.
-- grain: one row a terminal and item
-- parameters:
--   start_month  date     period_start  first month of the window
--   end_month    date     period_end    the month after its last one
--   by_product   boolean  false         items are products, not product lines
-- columns:
--   terminal_id    varchar        the terminal
--   item_id        varchar        product line, empty for products without one; or product
--   bought_amount  decimal(38,2)  pure sales, net of returns
--   is_young       boolean        first bought within the window, by data that reach back before it: not yet whole months of it
select
    terminal_id,
    case when $by_product::boolean then product_id else coalesce(product_line, '') end as item_id,
    sum(sales_amount) filter (where sales_month >= $start_month::date) as bought_amount,
    -- an order in the window's first month or two may be one of many: some leave months out
    coalesce(min(sales_month) filter (where last_bought_on is not null) > $start_month::date + interval 2 month, false)
    and (select min(flow_month) from flow_months) < $start_month::date as is_young
from sales_months
where sales_month < $end_month::date
group by terminal_id, item_id
having count(*) filter (where sales_month >= $start_month::date) > 0
order by terminal_id, item_id
