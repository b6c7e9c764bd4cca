-- Where records and counts disagree: a distributor's product whose counts differ from the book over the period by more than
-- the tolerance, or of which more left than the book ever held. The second is a matter of missing records (purchases, or
-- the stock it began with), whatever the count says.
-- grain: one row a distributor and product, largest first
-- parameters:
--   tolerance  double   0.05  the gap that is let pass, as a share of opening stock and receipts of the period
--   row_limit  integer  300   the most rows given
-- columns:
--   distributor_id      varchar        the distributor
--   distributor_name    varchar        its name
--   product_id          varchar        the product
--   product_name        varchar        its name
--   gap_kind            varchar        below_book, above_book or records_missing
--   disagreement_amount  decimal(38,2)  value of the gap, or of what is missing, above zero
--   gap_quantity        decimal(38,3)  counts less the book over the period
--   gap_amount          decimal(38,2)  the same in value
--   gap_share           double         gap over opening stock and receipts
--   missing_quantity    decimal(38,3)  how far below zero the book fell; zero where it did not
--   opening_quantity    decimal(38,3)  stock when the period began
--   received_quantity   decimal(38,3)  received from manufacturers and distributors
--   shipped_quantity    decimal(38,3)  sold to terminals and shipped to distributors
--   closing_quantity    decimal(38,3)  stock when the period ended
--   counted_on          date           day of the last count; empty where never counted
--   total_count         bigint         rows there are in all
--   total_amount        decimal(38,2)  size of rows of this kind in all
with held as (
    select
        *,
        counted_quantity - gap_quantity - initial_quantity as expected_quantity
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    where stock_month >= $period_start::date and stock_month < $period_end::date
),
pairs as (
    select
        distributor_id,
        product_id,
        any_value(unit_amount) as unit_amount,
        sum(gap_quantity) as gap_quantity,
        sum(gap_amount) as gap_amount,
        greatest(-min(least(closing_quantity, coalesce(expected_quantity, closing_quantity))), 0) as missing_quantity,
        sum(case when stock_month = $period_start::date then opening_quantity else 0 end) as opening_quantity,
        sum(received_quantity + transferred_in_quantity) as received_quantity,
        sum(sold_quantity + transferred_out_quantity) as shipped_quantity,
        arg_max(closing_quantity, stock_month) as closing_quantity
    from held
    group by distributor_id, product_id
),
last_counts as (
    select
        distributor_id,
        product_id,
        max(counted_on) as counted_on
    from stock_months
    where stock_month < $period_end::date
    group by distributor_id, product_id
),
judged as (
    select
        pairs.*,
        pairs.gap_quantity / nullif(greatest(pairs.opening_quantity, 0) + greatest(pairs.received_quantity, 0), 0) as gap_share,
        case
            when pairs.missing_quantity > 0 then 'records_missing'
            when pairs.gap_quantity < 0 then 'below_book'
            else 'above_book'
        end as gap_kind,
        case
            when pairs.missing_quantity > 0 then pairs.missing_quantity * pairs.unit_amount
            else abs(pairs.gap_amount)
        end as disagreement_amount
    from pairs
)
select
    judged.distributor_id,
    distributors.name as distributor_name,
    judged.product_id,
    products.name as product_name,
    judged.gap_kind,
    judged.disagreement_amount::decimal(38, 2) as disagreement_amount,
    judged.gap_quantity::decimal(38, 3) as gap_quantity,
    judged.gap_amount::decimal(38, 2) as gap_amount,
    judged.gap_share::double as gap_share,
    judged.missing_quantity::decimal(38, 3) as missing_quantity,
    judged.opening_quantity::decimal(38, 3) as opening_quantity,
    judged.received_quantity::decimal(38, 3) as received_quantity,
    judged.shipped_quantity::decimal(38, 3) as shipped_quantity,
    judged.closing_quantity::decimal(38, 3) as closing_quantity,
    last_counts.counted_on,
    count(*) over () as total_count,
    sum(judged.disagreement_amount) over (partition by judged.gap_kind)::decimal(38, 2) as total_amount
from judged
left join distributors on distributors.distributor_id = judged.distributor_id
left join products on products.product_id = judged.product_id
left join last_counts on last_counts.distributor_id = judged.distributor_id and last_counts.product_id = judged.product_id
where judged.missing_quantity > 0
    or (judged.gap_quantity <> 0 and coalesce(abs(judged.gap_share) > $tolerance::double, true))
order by judged.disagreement_amount desc, judged.distributor_id, judged.product_id
limit $row_limit::integer
