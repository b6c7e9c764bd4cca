-- Pure-sales lines of the period under the filters: zero means the filters leave nothing to show.
-- grain: one row
-- columns:
--   flow_count  bigint  shipment lines to terminals
select coalesce(sum(line_count), 0)::bigint as flow_count
from selected_sales($territories, $manufacturers, $product_lines, $distributors)
where sales_month >= $period_start::date and sales_month < $period_end::date
