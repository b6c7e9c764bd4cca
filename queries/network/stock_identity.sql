-- Stock of the distributors selected over the period as one identity: opening + received + transferred in - transferred
-- out - sold + other + initial + gap = closing, to the cent. Days of stock: closing over what left the selection a day in
-- the 90 days before: pure sales, and transfers to distributors outside it.
-- grain: one row
-- columns:
--   opening_amount            decimal(38,2)  stock when the period begins
--   received_amount           decimal(38,2)  from manufacturers, at the price that values stock
--   transferred_in_amount     decimal(38,2)  from other distributors
--   transferred_out_amount    decimal(38,2)  to other distributors
--   sold_amount               decimal(38,2)  pure sales at that price
--   other_amount              decimal(38,2)  from parties nobody knows, less what went to such
--   initial_amount            decimal(38,2)  found by first counts, beyond what the lines explain
--   gap_amount                decimal(38,2)  later counts less the book
--   closing_amount            decimal(38,2)  stock when the period ends
--   gap_above_amount          decimal(38,2)  the gaps above zero among it
--   gap_below_amount          decimal(38,2)  the gaps below zero among it
--   counted_amount            decimal(38,2)  closing stock that rests on a count of the last month
--   carried_amount            decimal(38,2)  closing stock carried on from an earlier count
--   implied_amount            decimal(38,2)  closing stock never counted
--   left_90_amount            decimal(38,2)  what left in the 90 days before the period's end
--   stock_days                double         closing stock over what left a day
--   distributor_count         bigint         distributors with stock, lines or counts by then
--   counted_count             bigint         those that counted at least once
--   purchases_count           bigint         distributor and product pairs valued at what the distributor itself paid
--   list_count                bigint         pairs valued at the list price
--   unpriced_count            bigint         pairs without any price, valued at nothing
with held as (
    select *
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    where stock_month < $period_end::date
),
last_rows as (
    select *
    from held
    where stock_month = $period_end::date - interval 1 month
),
moved as (
    select
        coalesce(sum(case when stock_month = $period_start::date then opening_amount end), 0) as opening_amount,
        coalesce(sum(received_amount), 0) as received_amount,
        coalesce(sum(transferred_in_amount), 0) as transferred_in_amount,
        coalesce(sum(transferred_out_amount), 0) as transferred_out_amount,
        coalesce(sum(sold_amount), 0) as sold_amount,
        coalesce(sum(other_amount), 0) as other_amount,
        coalesce(sum(initial_amount), 0) as initial_amount,
        coalesce(sum(gap_amount), 0) as gap_amount,
        coalesce(sum(greatest(gap_amount, 0)), 0) as gap_above_amount,
        coalesce(sum(least(gap_amount, 0)), 0) as gap_below_amount
    from held
    where stock_month >= $period_start::date
),
closed as (
    select
        coalesce(sum(closing_amount), 0) as closing_amount,
        coalesce(sum(case when basis = 'counted' then closing_amount end), 0) as counted_amount,
        coalesce(sum(case when basis = 'carried' then closing_amount end), 0) as carried_amount,
        coalesce(sum(case when basis = 'implied' then closing_amount end), 0) as implied_amount,
        coalesce(sum(sold_90_amount + transferred_90_amount), 0) as gone_amount,
        count(distinct distributor_id) as distributor_count,
        count(distinct case when basis <> 'implied' then distributor_id end) as counted_count,
        count(case when price_basis = 'purchases' then 1 end) as purchases_count,
        count(case when price_basis = 'list_price' then 1 end) as list_count,
        count(case when price_basis = 'none' then 1 end) as unpriced_count
    from last_rows
),
inner_part as (
    select coalesce(sum(inner_amount), 0) as inner_amount
    from inner_transfers($territories, $manufacturers, $product_lines, $distributors)
    where stock_month = $period_end::date - interval 1 month
)
select
    moved.opening_amount::decimal(38, 2) as opening_amount,
    moved.received_amount::decimal(38, 2) as received_amount,
    moved.transferred_in_amount::decimal(38, 2) as transferred_in_amount,
    moved.transferred_out_amount::decimal(38, 2) as transferred_out_amount,
    moved.sold_amount::decimal(38, 2) as sold_amount,
    moved.other_amount::decimal(38, 2) as other_amount,
    moved.initial_amount::decimal(38, 2) as initial_amount,
    moved.gap_amount::decimal(38, 2) as gap_amount,
    closed.closing_amount::decimal(38, 2) as closing_amount,
    moved.gap_above_amount::decimal(38, 2) as gap_above_amount,
    moved.gap_below_amount::decimal(38, 2) as gap_below_amount,
    closed.counted_amount::decimal(38, 2) as counted_amount,
    closed.carried_amount::decimal(38, 2) as carried_amount,
    closed.implied_amount::decimal(38, 2) as implied_amount,
    (closed.gone_amount - inner_part.inner_amount)::decimal(38, 2) as left_90_amount,
    closed.closing_amount::double * 90 / nullif(greatest((closed.gone_amount - inner_part.inner_amount)::double, 0), 0) as stock_days,
    closed.distributor_count,
    closed.counted_count,
    closed.purchases_count,
    closed.list_count,
    closed.unpriced_count
from moved
cross join closed
cross join inner_part
