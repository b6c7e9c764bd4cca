-- Where records and counts disagree: a distributor's product whose counts differ from the book over the period by more than
-- the tolerance, or of which more left than the lines since the first count ever brought. The second is a matter of missing
-- records (purchases; where nothing was counted also the stock it began with), whatever the counts say.
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
--   missing_quantity    decimal(38,3)  how far below zero the lines alone would fall; zero where not beyond the tolerance
--   opening_quantity    decimal(38,3)  stock when the period began
--   received_quantity   decimal(38,3)  received from manufacturers and distributors
--   shipped_quantity    decimal(38,3)  sold to terminals and shipped to distributors
--   closing_quantity    decimal(38,3)  stock when the period ended
--   counted_on          date           day of the last count; empty where never counted
--   total_count         bigint         rows there are in all
--   total_amount        decimal(38,2)  size of rows of this kind in all
with earlier as (
    select
        distributor_id,
        product_id,
        sum(gap_quantity) as gap_quantity
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    where stock_month < $period_start::date and gap_quantity <> 0
    group by distributor_id, product_id
),
counted_pairs as (
    select
        distributor_id,
        product_id,
        max(counted_on) as counted_on
    from stock_months
    where stock_month < $period_end::date and counted_on is not null
    group by distributor_id, product_id
),
period as (
    select
        *,
        sum(gap_quantity) over (
            partition by distributor_id, product_id
            order by stock_month
            rows between unbounded preceding and current row
        ) as gaps_so_far
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    where stock_month >= $period_start::date and stock_month < $period_end::date
),
held as (
    select
        period.*,
        counted_pairs.counted_on as last_counted_on,
        -- what the lines alone leave since the first count; before it the opening stock is simply unknown
        case
            when counted_pairs.counted_on is null then period.closing_quantity
            when period.basis <> 'implied'
                then least(period.closing_quantity, coalesce(period.counted_quantity, period.closing_quantity))
                    - period.gaps_so_far - coalesce(earlier.gap_quantity, 0)
        end as lines_quantity
    from period
    left join earlier on earlier.distributor_id = period.distributor_id and earlier.product_id = period.product_id
    left join counted_pairs on counted_pairs.distributor_id = period.distributor_id and counted_pairs.product_id = period.product_id
),
pairs as (
    select
        distributor_id,
        product_id,
        any_value(unit_amount) as unit_amount,
        max(last_counted_on) as counted_on,
        sum(gap_quantity) as gap_quantity,
        sum(gap_amount) as gap_amount,
        greatest(-min(lines_quantity), 0) as missing_quantity,
        sum(case when stock_month = $period_start::date then opening_quantity else 0 end) as opening_quantity,
        sum(received_quantity + transferred_in_quantity) as received_quantity,
        sum(sold_quantity + transferred_out_quantity) as shipped_quantity,
        arg_max(closing_quantity, stock_month) as closing_quantity
    from held
    group by distributor_id, product_id
),
tolerated as (
    select
        pairs.* exclude (missing_quantity),
        case
            when pairs.missing_quantity
                > $tolerance::double * (greatest(pairs.opening_quantity, 0) + greatest(pairs.received_quantity, 0))
                then pairs.missing_quantity
            else 0
        end as missing_quantity,
        pairs.gap_quantity / nullif(greatest(pairs.opening_quantity, 0) + greatest(pairs.received_quantity, 0), 0) as gap_share
    from pairs
),
judged as (
    select
        tolerated.*,
        case
            when missing_quantity > 0 then 'records_missing'
            when gap_quantity < 0 then 'below_book'
            else 'above_book'
        end as gap_kind,
        case
            when missing_quantity > 0 then missing_quantity * unit_amount
            else abs(gap_amount)
        end as disagreement_amount
    from tolerated
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
    judged.counted_on,
    count(*) over () as total_count,
    sum(judged.disagreement_amount) over (partition by judged.gap_kind)::decimal(38, 2) as total_amount
from judged
left join distributors on distributors.distributor_id = judged.distributor_id
left join products on products.product_id = judged.product_id
where judged.missing_quantity > 0
    or (judged.gap_quantity <> 0 and coalesce(abs(judged.gap_share) > $tolerance::double, true))
order by judged.disagreement_amount desc, judged.distributor_id, judged.product_id
limit $row_limit::integer
