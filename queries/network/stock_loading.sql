-- Quarters whose sell-in came in their last five working days (压货指数, hockey-stick index), against what the distributor's
-- pure sales, its other month ends and its peers would lead one to expect. A quarter looks like loading when all of this
-- holds: the share of the last days is at least twice what was to be expected and more than `least_share` above it; it
-- lies far outside the distributor's own month ends (median and five deviations) and far outside its peers of the quarter;
-- and the stock at its end grew over its usual by at least half the excess. Only whole quarters, only flows that carry days.
-- Peers are all distributors with sell-in, whatever the filters on distributors and territories.
-- grain: one row a distributor and quarter with sell-in, what looks like loading first, then by excess
-- parameters:
--   least_share    double   0.15  excess over the expected share from which on a quarter may look like loading
--   quarter_count  integer  4     the last whole quarters looked at, where the period holds fewer
-- columns:
--   distributor_id        varchar        the distributor
--   distributor_name      varchar        its name
--   quarter_month         date           last month of the quarter
--   is_loading            boolean        whether it looks like loading
--   sell_in_amount        decimal(38,2)  sell-in of the quarter as invoiced
--   late_amount           decimal(38,2)  the part of it in the last five working days
--   late_share            double         that part as a share
--   sales_late_share      double         the same share of pure sales; empty without pure sales
--   peer_late_share       double         median share of its peers in the quarter
--   expected_late_amount  decimal(38,2)  late sell-in to be expected: the largest of its own usual, its sales' share, its peers' share
--   excess_amount         decimal(38,2)  late sell-in beyond it
--   stock_amount          decimal(38,2)  stock at the quarter's end
--   stock_days            double         days it lasted by what left in the 90 days before
--   usual_stock_amount    decimal(38,2)  median stock at its other month ends of the year up to then
--   next_amount           decimal(38,2)  sell-in of the month after; empty while that is not over
--   usual_sell_in_amount  decimal(38,2)  mean sell-in of a month of the year up to then
with months as (
    select
        distributor_id,
        territory_id,
        stock_month,
        extract(month from stock_month) % 3 = 0 as is_quarter_end,
        sum(sell_in_amount) as sell_in_amount,
        sum(late_sell_in_amount) as late_amount,
        sum(pure_sales_amount) as sales_amount,
        sum(late_pure_sales_amount) as late_sales_amount,
        sum(closing_amount) as stock_amount,
        sum(sold_90_amount + transferred_90_amount) as left_90_amount
    from selected_stock([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    group by distributor_id, territory_id, stock_month
),
whole as (
    select
        (date_trunc('quarter', min(working_days.day_month) + interval 2 month))::date as first_quarter,
        case when any_value(workspace.is_month_complete) then any_value(workspace.data_month) + interval 1 month else any_value(workspace.data_month) end as over_before,
        any_value(workspace.is_monthly) as is_monthly
    from working_days
    cross join workspace
),
quarters as (
    select
        months.distributor_id,
        any_value(months.territory_id) as territory_id,
        date_trunc('quarter', months.stock_month)::date as quarter_start,
        (date_trunc('quarter', months.stock_month) + interval 2 month)::date as quarter_month,
        sum(months.sell_in_amount) as sell_in_amount,
        sum(case when months.is_quarter_end then months.late_amount else 0 end) as late_amount,
        sum(months.sales_amount) as sales_amount,
        sum(case when months.is_quarter_end then months.late_sales_amount else 0 end) as late_sales_amount,
        sum(case when months.is_quarter_end then months.stock_amount else 0 end) as stock_amount,
        sum(case when months.is_quarter_end then months.left_90_amount else 0 end) as left_90_amount
    from months
    cross join whole
    where not whole.is_monthly
        and date_trunc('quarter', months.stock_month) >= whole.first_quarter
        and date_trunc('quarter', months.stock_month) + interval 2 month < whole.over_before
    group by months.distributor_id, date_trunc('quarter', months.stock_month)
    having sum(months.sell_in_amount) > 0
),
usual as (
    select
        quarters.distributor_id,
        quarters.quarter_month,
        median(case when not months.is_quarter_end then months.late_amount end) as usual_late_amount,
        mad(case when not months.is_quarter_end then months.late_amount::double end) as late_deviation,
        median(case when not months.is_quarter_end then months.stock_amount end) as usual_stock_amount,
        avg(months.sell_in_amount) as usual_sell_in_amount,
        count(case when not months.is_quarter_end then 1 end) as month_count
    from quarters
    join months
        on months.distributor_id = quarters.distributor_id
        and months.stock_month > quarters.quarter_month - interval 12 month
        and months.stock_month <= quarters.quarter_month
    group by quarters.distributor_id, quarters.quarter_month
),
peers as (
    select
        quarter_month,
        median((late_amount / sell_in_amount)::double) as peer_late_share,
        mad((late_amount / sell_in_amount)::double) as peer_deviation,
        count(*) as peer_count
    from quarters
    group by quarter_month
),
compared as (
    select
        quarters.*,
        (quarters.late_amount / quarters.sell_in_amount)::double as late_share,
        (quarters.late_sales_amount / nullif(quarters.sales_amount, 0))::double as sales_late_share,
        peers.peer_late_share,
        -- five deviations of a normal spread, of which none is taken smaller than two points
        peers.peer_late_share + 5 * 1.4826 * greatest(peers.peer_deviation, 0.02) as peer_fence,
        peers.peer_count,
        coalesce(usual.usual_late_amount, 0) as usual_late_amount,
        coalesce(usual.usual_late_amount::double, 0) + 5 * 1.4826 * coalesce(usual.late_deviation, 0) as own_fence,
        coalesce(usual.month_count, 0) as month_count,
        usual.usual_stock_amount,
        usual.usual_sell_in_amount,
        next_months.sell_in_amount as next_amount,
        whole.over_before
    from quarters
    join peers on peers.quarter_month = quarters.quarter_month
    cross join whole
    left join usual on usual.distributor_id = quarters.distributor_id and usual.quarter_month = quarters.quarter_month
    left join months as next_months
        on next_months.distributor_id = quarters.distributor_id and next_months.stock_month = quarters.quarter_month + interval 1 month
),
expected as (
    select
        *,
        greatest(
            usual_late_amount::double,
            greatest(coalesce(sales_late_share, 0), 0) * sell_in_amount::double,
            -- two or three distributors are no peers to go by
            case when peer_count >= 5 then greatest(peer_late_share, 0) else 0 end * sell_in_amount::double
        ) as expected_late_amount
    from compared
),
judged as (
    select
        *,
        late_amount::double - expected_late_amount as excess_amount
    from expected
)
select
    judged.distributor_id,
    distributors.name as distributor_name,
    judged.quarter_month,
    coalesce(
        judged.late_amount::double >= 2 * judged.expected_late_amount
        and judged.excess_amount > $least_share::double * judged.sell_in_amount::double
        and judged.month_count >= 4
        and judged.late_amount::double > judged.own_fence
        and (judged.peer_count < 5 or judged.late_share > judged.peer_fence)
        and judged.stock_amount::double - judged.usual_stock_amount::double >= judged.excess_amount / 2,
        false
    ) as is_loading,
    judged.sell_in_amount::decimal(38, 2) as sell_in_amount,
    judged.late_amount::decimal(38, 2) as late_amount,
    judged.late_share,
    judged.sales_late_share,
    judged.peer_late_share,
    judged.expected_late_amount::decimal(38, 2) as expected_late_amount,
    judged.excess_amount::decimal(38, 2) as excess_amount,
    judged.stock_amount::decimal(38, 2) as stock_amount,
    judged.stock_amount::double * 90 / nullif(greatest(judged.left_90_amount::double, 0), 0) as stock_days,
    judged.usual_stock_amount::decimal(38, 2) as usual_stock_amount,
    case when judged.quarter_month + interval 1 month < judged.over_before then coalesce(judged.next_amount, 0)::decimal(38, 2) end as next_amount,
    judged.usual_sell_in_amount::decimal(38, 2) as usual_sell_in_amount
from judged
left join distributors on distributors.distributor_id = judged.distributor_id
where judged.quarter_month < $period_end::date
    and (
        judged.quarter_month >= $period_start::date
        or judged.quarter_month >= date_trunc('quarter', least($period_end::date, judged.over_before::date))
            - to_months(3 * $quarter_count::integer)
    )
    and in_list($distributors, judged.distributor_id)
    and in_territories($territories, judged.territory_id)
order by is_loading desc, judged.excess_amount desc, judged.distributor_id, judged.quarter_month
