-- How deep the customers of each grade, or kind, are over the twelve months to the end of the period. Every rate is a sum
-- over a sum.
-- grain: one row a grade or kind, in the order of their names; kinds beyond six together as 'other'
-- parameters:
--   by_kind  boolean  false  kinds of terminal, not grades
-- columns:
--   unit_id                varchar  grade, or kind; empty where not said
--   customer_count         bigint   terminals that bought in the twelve months
--   product_count          bigint   Σ products they bought
--   order_count            bigint   Σ days with an order
--   concentrated_count     bigint   customers with more than half on one product
--   estimated_count        bigint   customers whose potential is an estimate
--   lines_per_customer     double   product lines a customer
--   products_per_customer  double   products a customer
--   listed_rate            double   products bought of those listed ÷ products listed, at these customers; empty without listings
--   share_rate             double   pure sales ÷ potential, of customers with a potential
--   quarterly_orders       double   order days a quarter and customer
--   regular_rate           double   gaps of half to one and a half times the customer's usual one ÷ gaps, of customers with a rhythm
--   concentrated_rate      double   customers with more than half on one product ÷ customers
--   top_share              double   pure sales of each customer's largest product ÷ pure sales
--   offered_line_count     bigint   product lines that any terminal bought
--   offered_product_count  bigint   products that any terminal bought
--   month_count            bigint   months of data within the twelve
with buyers as materialized (
    select *
    from range_by_terminal($period_end, $territories, $manufacturers, $product_lines, $distributors)
    where is_active
),
standing as (
    select
        case when $by_kind::boolean then buyers.kind else coalesce(buyers.grade, '') end as unit_id,
        buyers.*,
        buyers.potential_amount * buyers.month_count / 12 as possible_amount,
        rhythms.order_count,
        rhythms.gap_count,
        rhythms.regular_gap_count
    from buyers
    left join order_rhythms('buyers', $period_end) as rhythms on rhythms.terminal_id = buyers.terminal_id
),
offered as (
    select
        line_count,
        product_count
    from range_offered(
        cast($period_end::date - interval 12 month as date), $period_end, null, $manufacturers, $product_lines, $distributors
    )
)
select
    standing.unit_id,
    count(*) as customer_count,
    sum(standing.product_count)::bigint as product_count,
    sum(coalesce(standing.order_count, 0))::bigint as order_count,
    count(*) filter (where standing.top_product_share > 0.5) as concentrated_count,
    count(*) filter (where standing.is_estimated) as estimated_count,
    sum(standing.line_count)::double / count(*) as lines_per_customer,
    sum(standing.product_count)::double / count(*) as products_per_customer,
    sum(standing.listed_bought_count)::double / nullif(sum(standing.listed_count), 0) as listed_rate,
    (
        sum(case when standing.possible_amount > 0 then standing.year_amount end)
        / nullif(sum(case when standing.possible_amount > 0 then standing.possible_amount end), 0)
    )::double as share_rate,
    sum(coalesce(standing.order_count, 0))::double / count(*) / (max(standing.month_count) / 3) as quarterly_orders,
    sum(standing.regular_gap_count)::double / nullif(sum(standing.gap_count), 0) as regular_rate,
    count(*) filter (where standing.top_product_share > 0.5) / count(*) as concentrated_rate,
    (
        sum(standing.top_product_share * standing.year_amount::double) / nullif(sum(standing.year_amount::double), 0)
    )::double as top_share,
    max(offered.line_count) as offered_line_count,
    max(offered.product_count) as offered_product_count,
    max(standing.month_count) as month_count
from standing
cross join offered
group by standing.unit_id
order by standing.unit_id = '', standing.unit_id = 'other', standing.unit_id
