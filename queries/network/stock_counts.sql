-- How fresh the counts are, and how much of what was counted expires soon. A distributor is late when its last count lies
-- that many days before the company's last one.
-- grain: one row a distributor with stock, lines or counts by the end of the period, the longest without a count first
-- parameters:
--   late_days  integer  35   days behind the company's last count from which on a count is missing
--   near_days  integer  180  days of remaining life below which stock is near expiry (近效期)
-- columns:
--   distributor_id       varchar        the distributor
--   distributor_name     varchar        its name
--   counted_on           date           day of its last count; empty where it never counted
--   behind_days          bigint         days behind the company's last count
--   count_state          varchar        fresh, late or never
--   counted_amount       decimal(38,2)  value of that count
--   dated_amount         decimal(38,2)  the part of it whose expiry is given
--   near_expiry_amount   decimal(38,2)  the part of it that expires within the days, or has expired
--   near_expiry_share    double         near expiry over what has an expiry
--   left_out_count       bigint         products with stock in the book that its last count does not name
--   left_out_amount      decimal(38,2)  value of those
with held as (
    select *
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    where stock_month = $period_end::date - interval 1 month
),
holders as (
    select distinct distributor_id
    from held
),
count_days as (
    select
        distributor_id,
        max(counted_on) as counted_on
    from stocks
    where counted_on < $period_end::date
    group by distributor_id
),
newest as (
    select max(counted_on) as newest_on
    from count_days
),
lots as (
    select
        held.distributor_id,
        sum(stocks.quantity * held.unit_amount) as counted_amount,
        sum(case when stocks.expires_on is not null then stocks.quantity * held.unit_amount else 0 end) as dated_amount,
        sum(
            case when stocks.expires_on < count_days.counted_on + $near_days::integer then stocks.quantity * held.unit_amount else 0 end
        ) as near_expiry_amount
    from held
    join count_days on count_days.distributor_id = held.distributor_id
    join stocks
        on stocks.distributor_id = held.distributor_id
        and stocks.product_id = held.product_id
        and stocks.counted_on = count_days.counted_on
    group by held.distributor_id
),
left_out as (
    select
        held.distributor_id,
        count(*) as left_out_count,
        sum(held.closing_amount) as left_out_amount
    from held
    join count_days on count_days.distributor_id = held.distributor_id
    left join (select distinct distributor_id, product_id, counted_on from stocks) as named
        on named.distributor_id = held.distributor_id
        and named.product_id = held.product_id
        and named.counted_on = count_days.counted_on
    where named.product_id is null and held.closing_quantity > 0
    group by held.distributor_id
)
select
    holders.distributor_id,
    distributors.name as distributor_name,
    count_days.counted_on,
    newest.newest_on - count_days.counted_on as behind_days,
    case
        when count_days.counted_on is null then 'never'
        when newest.newest_on - count_days.counted_on >= $late_days::integer then 'late'
        else 'fresh'
    end as count_state,
    lots.counted_amount::decimal(38, 2) as counted_amount,
    lots.dated_amount::decimal(38, 2) as dated_amount,
    lots.near_expiry_amount::decimal(38, 2) as near_expiry_amount,
    (lots.near_expiry_amount / nullif(lots.dated_amount, 0))::double as near_expiry_share,
    coalesce(left_out.left_out_count, 0) as left_out_count,
    coalesce(left_out.left_out_amount, 0)::decimal(38, 2) as left_out_amount
from holders
cross join newest
left join distributors on distributors.distributor_id = holders.distributor_id
left join count_days on count_days.distributor_id = holders.distributor_id
left join lots on lots.distributor_id = holders.distributor_id
left join left_out on left_out.distributor_id = holders.distributor_id
order by count_days.counted_on nulls first, lots.near_expiry_amount desc nulls last, holders.distributor_id
