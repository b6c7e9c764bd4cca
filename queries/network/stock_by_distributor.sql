-- Each distributor's stock at the end of the period and what moved in it, with days of stock by what left it a day in the 90
-- days before: pure sales, and transfers where it supplies other distributors. Sums over sums, never means of days.
-- grain: one row a distributor with stock, lines or counts by then, most days first
-- parameters:
--   limit_days  double  60  days beyond which stock is excess
-- columns:
--   distributor_id          varchar        the distributor
--   distributor_name        varchar        its name
--   tier                    integer        1 or 2; empty where not said
--   closing_amount          decimal(38,2)  stock at the end of the period
--   stock_days              double         days it lasts by what left; empty where nothing left
--   sales_days              double         days it lasts by pure sales alone
--   excess_amount           decimal(38,2)  stock beyond the limit of days
--   left_90_amount          decimal(38,2)  what left in the 90 days before
--   opening_amount          decimal(38,2)  stock when the period began
--   received_amount         decimal(38,2)  from manufacturers, at the price that values stock
--   transferred_in_amount   decimal(38,2)  from other distributors
--   transferred_out_amount  decimal(38,2)  to other distributors
--   sold_amount             decimal(38,2)  pure sales at that price
--   other_amount            decimal(38,2)  from parties nobody knows, less what went to such
--   initial_amount          decimal(38,2)  found by first counts
--   gap_amount              decimal(38,2)  later counts less the book
--   sellout_sellin_ratio    double         pure sales over what it took in and did not pass on, in the period
--   implied_amount          decimal(38,2)  the part of the stock never counted
--   basis                   varchar        counted, carried or implied: the weakest that carries a tenth of the stock
--   counted_on              date           day of its last count
with held as (
    select *
    from selected_stock($territories, $manufacturers, $product_lines, $distributors)
    where stock_month < $period_end::date
),
moved as (
    select
        distributor_id,
        sum(case when stock_month = $period_start::date then opening_amount else 0 end) as opening_amount,
        sum(case when stock_month >= $period_start::date then received_amount else 0 end) as received_amount,
        sum(case when stock_month >= $period_start::date then transferred_in_amount else 0 end) as transferred_in_amount,
        sum(case when stock_month >= $period_start::date then transferred_out_amount else 0 end) as transferred_out_amount,
        sum(case when stock_month >= $period_start::date then sold_amount else 0 end) as sold_amount,
        sum(case when stock_month >= $period_start::date then other_amount else 0 end) as other_amount,
        sum(case when stock_month >= $period_start::date then initial_amount else 0 end) as initial_amount,
        sum(case when stock_month >= $period_start::date then gap_amount else 0 end) as gap_amount,
        max(counted_on) as counted_on
    from held
    group by distributor_id
),
closed as (
    select
        distributor_id,
        sum(closing_amount) as closing_amount,
        sum(case when basis = 'carried' then abs(closing_amount) else 0 end) as carried_size,
        sum(case when basis = 'implied' then abs(closing_amount) else 0 end) as implied_size,
        sum(case when basis = 'implied' then closing_amount else 0 end) as implied_amount,
        sum(abs(closing_amount)) as size,
        sum(sold_90_amount) as sold_90_amount,
        sum(sold_90_amount + transferred_90_amount) as left_90_amount,
        bool_and(basis = 'implied') as is_never_counted
    from held
    where stock_month = $period_end::date - interval 1 month
    group by distributor_id
)
select
    closed.distributor_id,
    distributors.name as distributor_name,
    distributors.tier,
    closed.closing_amount::decimal(38, 2) as closing_amount,
    closed.closing_amount::double * 90 / nullif(greatest(closed.left_90_amount::double, 0), 0) as stock_days,
    closed.closing_amount::double * 90 / nullif(greatest(closed.sold_90_amount::double, 0), 0) as sales_days,
    greatest(closed.closing_amount - greatest(closed.left_90_amount, 0) * ($limit_days::double / 90)::decimal(18, 6), 0)::decimal(38, 2) as excess_amount,
    closed.left_90_amount::decimal(38, 2) as left_90_amount,
    moved.opening_amount::decimal(38, 2) as opening_amount,
    moved.received_amount::decimal(38, 2) as received_amount,
    moved.transferred_in_amount::decimal(38, 2) as transferred_in_amount,
    moved.transferred_out_amount::decimal(38, 2) as transferred_out_amount,
    moved.sold_amount::decimal(38, 2) as sold_amount,
    moved.other_amount::decimal(38, 2) as other_amount,
    moved.initial_amount::decimal(38, 2) as initial_amount,
    moved.gap_amount::decimal(38, 2) as gap_amount,
    moved.sold_amount::double
        / nullif(greatest((moved.received_amount + moved.transferred_in_amount - moved.transferred_out_amount)::double, 0), 0) as sellout_sellin_ratio,
    closed.implied_amount::decimal(38, 2) as implied_amount,
    case
        when closed.is_never_counted or closed.implied_size * 10 > closed.size then 'implied'
        when closed.carried_size * 10 > closed.size then 'carried'
        else 'counted'
    end as basis,
    moved.counted_on
from closed
join moved on moved.distributor_id = closed.distributor_id
left join distributors on distributors.distributor_id = closed.distributor_id
order by stock_days desc nulls last, closed.closing_amount desc, closed.distributor_id
