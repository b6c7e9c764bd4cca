-- Stock of every distributor and product by month, one identity from count to count:
--   opening + received + transferred in - transferred out - sold + other + initial + gap = closing.
-- A count is taken at the end of its day, and the gap is what it differs from the book on that very day; the rest of the
-- month's lines then carry it to the month's end. Months without count are carried on; before the first count the stock is
-- implied (in less out since the data begin), and what the first count finds beyond it is 'initial', no gap. A product
-- left out of a count is not counted, not zero. Returns are negative lines and net within. Counts that lie beyond the days
-- the lines cover cannot be compared and are left out. Values are quantity times one price, each rounded to the cent.
-- grain: one row a distributor, product and month, from its first line or count on
-- columns:
--   stock_month               date           first day of the month
--   distributor_id            varchar        the distributor
--   product_id                varchar        the product
--   product_line              varchar        its product line
--   manufacturer_id           varchar        its manufacturer
--   territory_id              varchar        the distributor's home territory
--   basis                     varchar        counted (a count this month), carried (an earlier one) or implied (none yet)
--   counted_on                date           day of the last count of the month; empty where none
--   counted_quantity          decimal(18,3)  that count, all lots together
--   unit_amount               decimal(18,2)  the price that values it
--   price_basis               varchar        distributor_price, purchases (own average of twelve months), list_price or none
--   opening_quantity          decimal(18,3)  the closing stock of the month before
--   received_quantity         decimal(18,3)  from manufacturers (sell-in)
--   transferred_in_quantity   decimal(18,3)  from other distributors
--   transferred_out_quantity  decimal(18,3)  to other distributors
--   sold_quantity             decimal(18,3)  to terminals (pure sales)
--   other_quantity            decimal(18,3)  from parties nobody knows, less what went to such
--   initial_quantity          decimal(18,3)  found by the first count beyond what the lines explain
--   gap_quantity              decimal(18,3)  a later count less what the book held on its day
--   closing_quantity          decimal(18,3)  stock at the month's end, or on the last day of data
--   opening_amount            decimal(18,2)  the same in value
--   received_amount           decimal(18,2)  the same in value
--   transferred_in_amount     decimal(18,2)  the same in value
--   transferred_out_amount    decimal(18,2)  the same in value
--   sold_amount               decimal(18,2)  the same in value
--   other_amount              decimal(18,2)  the same in value
--   initial_amount            decimal(18,2)  the same in value
--   gap_amount                decimal(18,2)  the same in value
--   closing_amount            decimal(18,2)  the same in value
--   sold_90_amount            decimal(18,2)  value of pure sales in the 90 days up to the month's end
--   transferred_90_amount     decimal(18,2)  value of transfers out in those days
--   sell_in_amount            decimal(18,2)  sell-in of the month as invoiced
--   late_sell_in_amount       decimal(18,2)  the part of it in the month's last five working days
--   pure_sales_amount         decimal(18,2)  pure sales of the month as invoiced
--   late_pure_sales_amount    decimal(18,2)  the part of it in those days
with data_months as (
    select
        working_days.day_month as stock_month,
        case when workspace.data_month = working_days.day_month then workspace.data_through_on else max(working_days.day_on) end as ends_on,
        min(
            case when working_days.is_working_day and working_days.working_day_number > working_days.working_day_count - 5 then working_days.day_on end
        ) as late_from
    from working_days
    cross join workspace
    where working_days.day_month <= workspace.data_month
    group by working_days.day_month, workspace.data_month, workspace.data_through_on
),
bounds as (
    select
        min(stock_month) as first_month,
        max(stock_month) as data_month,
        cast(min(stock_month) - interval 1 month as date) as month_before,
        max(ends_on) as data_through_on
    from data_months
),
-- a day off after the last line is covered by the lines; the next working day is not
uncovered as (
    select min(working_days.day_on) as uncovered_from
    from working_days
    cross join workspace
    where working_days.is_working_day and working_days.day_on > workspace.data_through_on
),
months as (
    select
        stock_month,
        ends_on,
        late_from,
        -- what is sold after these days lies in the 90 days up to the end of the second and third month from here
        cast(lead(ends_on, 2) over (order by stock_month) - interval 90 day as date) as second_from,
        cast(lead(ends_on, 3) over (order by stock_month) - interval 90 day as date) as third_from
    from data_months
),
holders as (
    select
        distributors.distributor_id,
        distributors.territory_id
    from distributors
    left join manufacturers on manufacturers.manufacturer_id = distributors.distributor_id
    -- a manufacturer that also sells by itself makes its goods and has no book of purchases
    where manufacturers.manufacturer_id is null
),
day_counts as (
    select
        case
            when stocks.counted_on < bounds.first_month then bounds.month_before
            when stocks.counted_on > bounds.data_through_on then bounds.data_month
            else cast(date_trunc('month', stocks.counted_on) as date)
        end as stock_month,
        stocks.distributor_id,
        stocks.product_id,
        stocks.counted_on,
        sum(stocks.quantity) as counted_quantity
    from stocks
    join holders on holders.distributor_id = stocks.distributor_id
    cross join bounds
    cross join uncovered
    where uncovered.uncovered_from is null or stocks.counted_on < uncovered.uncovered_from
    group by stocks.distributor_id, stocks.product_id, stocks.counted_on, bounds.first_month, bounds.month_before, bounds.data_through_on, bounds.data_month
),
ranked_counts as (
    select
        *,
        row_number() over (partition by stock_month, distributor_id, product_id order by counted_on desc) as place
    from day_counts
),
counts as (
    select
        stock_month,
        distributor_id,
        product_id,
        counted_on,
        counted_quantity
    from ranked_counts
    where place = 1
),
movements as (
    select
        flows.buyer_id as distributor_id,
        flows.product_id,
        flows.occurred_on,
        case
            when makers.manufacturer_id is not null then 'received'
            when senders.distributor_id is not null then 'transferred_in'
            else 'other'
        end as way,
        flows.quantity,
        flows.quantity as change_quantity,
        flows.amount
    from flows
    join holders on holders.distributor_id = flows.buyer_id
    left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
    left join distributors as senders on senders.distributor_id = flows.seller_id
    union all
    select
        flows.seller_id as distributor_id,
        flows.product_id,
        flows.occurred_on,
        case
            when receivers.distributor_id is not null then 'transferred_out'
            when terminals.terminal_id is not null then 'sold'
            else 'other'
        end as way,
        flows.quantity,
        -flows.quantity as change_quantity,
        flows.amount
    from flows
    join holders on holders.distributor_id = flows.seller_id
    left join distributors as receivers on receivers.distributor_id = flows.buyer_id
    left join terminals on terminals.terminal_id = flows.buyer_id
),
moved as (
    select
        cast(date_trunc('month', movements.occurred_on) as date) as stock_month,
        movements.distributor_id,
        movements.product_id,
        sum(case when movements.way = 'received' then movements.quantity else 0 end) as received_quantity,
        sum(case when movements.way = 'transferred_in' then movements.quantity else 0 end) as transferred_in_quantity,
        sum(case when movements.way = 'transferred_out' then movements.quantity else 0 end) as transferred_out_quantity,
        sum(case when movements.way = 'sold' then movements.quantity else 0 end) as sold_quantity,
        sum(case when movements.way = 'other' then movements.change_quantity else 0 end) as other_quantity,
        sum(movements.change_quantity) as change_quantity,
        sum(case when movements.occurred_on > counts.counted_on then movements.change_quantity else 0 end) as later_quantity,
        sum(case when movements.way = 'sold' and movements.occurred_on > months.second_from then movements.quantity else 0 end) as second_sold,
        sum(case when movements.way = 'sold' and movements.occurred_on > months.third_from then movements.quantity else 0 end) as third_sold,
        sum(
            case when movements.way = 'transferred_out' and movements.occurred_on > months.second_from then movements.quantity else 0 end
        ) as second_transferred,
        sum(
            case when movements.way = 'transferred_out' and movements.occurred_on > months.third_from then movements.quantity else 0 end
        ) as third_transferred,
        sum(case when movements.way = 'received' then movements.amount else 0 end) as sell_in_amount,
        sum(case when movements.way = 'received' and movements.occurred_on >= months.late_from then movements.amount else 0 end) as late_sell_in_amount,
        sum(case when movements.way = 'sold' then movements.amount else 0 end) as pure_sales_amount,
        sum(case when movements.way = 'sold' and movements.occurred_on >= months.late_from then movements.amount else 0 end) as late_pure_sales_amount,
        sum(
            case when movements.way in ('received', 'transferred_in') and movements.quantity > 0 then movements.quantity else 0 end
        ) as bought_quantity,
        sum(
            case when movements.way in ('received', 'transferred_in') and movements.quantity > 0 then movements.amount else 0 end
        ) as bought_amount
    from movements
    join months on months.stock_month = cast(date_trunc('month', movements.occurred_on) as date)
    left join counts
        on counts.stock_month = months.stock_month
        and counts.distributor_id = movements.distributor_id
        and counts.product_id = movements.product_id
    group by cast(date_trunc('month', movements.occurred_on) as date), movements.distributor_id, movements.product_id
),
prices as (
    select
        moved.distributor_id,
        moved.product_id,
        sum(moved.bought_amount) / nullif(sum(moved.bought_quantity), 0) as paid_amount
    from moved
    cross join bounds
    where moved.stock_month > bounds.data_month - interval 12 month
    group by moved.distributor_id, moved.product_id
),
begun as (
    select
        distributor_id,
        product_id,
        min(stock_month) as first_month
    from (
        select distributor_id, product_id, stock_month from moved
        union all
        select distributor_id, product_id, stock_month from counts
    ) as seen
    group by distributor_id, product_id
),
all_months as (
    select stock_month from months
    union all
    select month_before as stock_month from bounds
),
booked as (
    select
        all_months.stock_month,
        begun.distributor_id,
        begun.product_id,
        counts.counted_on,
        counts.counted_quantity,
        count(counts.counted_on) over by_month as count_number,
        coalesce(moved.received_quantity, 0) as received_quantity,
        coalesce(moved.transferred_in_quantity, 0) as transferred_in_quantity,
        coalesce(moved.transferred_out_quantity, 0) as transferred_out_quantity,
        coalesce(moved.sold_quantity, 0) as sold_quantity,
        coalesce(moved.other_quantity, 0) as other_quantity,
        coalesce(moved.change_quantity, 0) as change_quantity,
        coalesce(moved.later_quantity, 0) as later_quantity,
        coalesce(moved.sold_quantity, 0) + coalesce(lag(moved.sold_quantity, 1) over by_month, 0)
        + coalesce(lag(moved.second_sold, 2) over by_month, 0) + coalesce(lag(moved.third_sold, 3) over by_month, 0) as sold_90_quantity,
        coalesce(moved.transferred_out_quantity, 0) + coalesce(lag(moved.transferred_out_quantity, 1) over by_month, 0)
        + coalesce(lag(moved.second_transferred, 2) over by_month, 0)
        + coalesce(lag(moved.third_transferred, 3) over by_month, 0) as transferred_90_quantity,
        coalesce(moved.sell_in_amount, 0) as sell_in_amount,
        coalesce(moved.late_sell_in_amount, 0) as late_sell_in_amount,
        coalesce(moved.pure_sales_amount, 0) as pure_sales_amount,
        coalesce(moved.late_pure_sales_amount, 0) as late_pure_sales_amount
    from begun
    join all_months on all_months.stock_month >= begun.first_month
    left join moved
        on moved.stock_month = all_months.stock_month
        and moved.distributor_id = begun.distributor_id
        and moved.product_id = begun.product_id
    left join counts
        on counts.stock_month = all_months.stock_month
        and counts.distributor_id = begun.distributor_id
        and counts.product_id = begun.product_id
    window by_month as (partition by begun.distributor_id, begun.product_id order by all_months.stock_month)
),
-- each count begins anew: what was counted and what moved after it
closed as (
    select
        *,
        sum(case when counted_on is null then change_quantity else counted_quantity + later_quantity end) over (
            partition by distributor_id, product_id, count_number
            order by stock_month
            rows between unbounded preceding and current row
        ) as closing_quantity
    from booked
),
opened as (
    select
        *,
        lag(closing_quantity, 1, 0) over (partition by distributor_id, product_id order by stock_month) as opening_quantity
    from closed
),
priced as (
    select
        opened.*,
        products.product_line,
        products.manufacturer_id,
        holders.territory_id,
        case
            when opened.counted_on is not null then 'counted'
            when opened.count_number > 0 then 'carried'
            else 'implied'
        end as basis,
        case
            when opened.counted_on is not null then opened.closing_quantity - opened.opening_quantity - opened.change_quantity
            else 0
        end as found_quantity,
        cast(coalesce(products.distributor_price_amount, prices.paid_amount, products.list_price_amount, 0) as decimal(18, 2)) as unit_amount,
        case
            when products.distributor_price_amount is not null then 'distributor_price'
            when prices.paid_amount is not null then 'purchases'
            when products.list_price_amount is not null then 'list_price'
            else 'none'
        end as price_basis
    from opened
    join holders on holders.distributor_id = opened.distributor_id
    left join products on products.product_id = opened.product_id
    left join prices on prices.distributor_id = opened.distributor_id and prices.product_id = opened.product_id
),
valued as (
    select
        *,
        case when count_number = 1 then found_quantity else 0 end as initial_quantity,
        case when count_number > 1 then found_quantity else 0 end as gap_quantity,
        cast(received_quantity * unit_amount as decimal(18, 2)) as received_amount,
        cast(transferred_in_quantity * unit_amount as decimal(18, 2)) as transferred_in_amount,
        cast(transferred_out_quantity * unit_amount as decimal(18, 2)) as transferred_out_amount,
        cast(sold_quantity * unit_amount as decimal(18, 2)) as sold_amount,
        cast(other_quantity * unit_amount as decimal(18, 2)) as other_amount,
        cast(case when count_number = 1 then found_quantity else 0 end * unit_amount as decimal(18, 2)) as initial_amount,
        cast(case when count_number > 1 then found_quantity else 0 end * unit_amount as decimal(18, 2)) as gap_amount
    from priced
),
-- the value runs on from month to month, so that rounding never opens a gap
summed as (
    select
        *,
        received_amount + transferred_in_amount - transferred_out_amount - sold_amount + other_amount + initial_amount + gap_amount as change_amount,
        sum(received_amount + transferred_in_amount - transferred_out_amount - sold_amount + other_amount + initial_amount + gap_amount) over (
            partition by distributor_id, product_id
            order by stock_month
            rows between unbounded preceding and current row
        ) as closing_amount
    from valued
)
select
    stock_month,
    distributor_id,
    product_id,
    product_line,
    manufacturer_id,
    territory_id,
    basis,
    counted_on,
    cast(counted_quantity as decimal(18, 3)) as counted_quantity,
    unit_amount,
    price_basis,
    cast(opening_quantity as decimal(18, 3)) as opening_quantity,
    cast(received_quantity as decimal(18, 3)) as received_quantity,
    cast(transferred_in_quantity as decimal(18, 3)) as transferred_in_quantity,
    cast(transferred_out_quantity as decimal(18, 3)) as transferred_out_quantity,
    cast(sold_quantity as decimal(18, 3)) as sold_quantity,
    cast(other_quantity as decimal(18, 3)) as other_quantity,
    cast(initial_quantity as decimal(18, 3)) as initial_quantity,
    cast(gap_quantity as decimal(18, 3)) as gap_quantity,
    cast(closing_quantity as decimal(18, 3)) as closing_quantity,
    cast(closing_amount - change_amount as decimal(18, 2)) as opening_amount,
    received_amount,
    transferred_in_amount,
    transferred_out_amount,
    sold_amount,
    other_amount,
    initial_amount,
    gap_amount,
    cast(closing_amount as decimal(18, 2)) as closing_amount,
    cast(sold_90_quantity * unit_amount as decimal(18, 2)) as sold_90_amount,
    cast(transferred_90_quantity * unit_amount as decimal(18, 2)) as transferred_90_amount,
    cast(sell_in_amount as decimal(18, 2)) as sell_in_amount,
    cast(late_sell_in_amount as decimal(18, 2)) as late_sell_in_amount,
    cast(pure_sales_amount as decimal(18, 2)) as pure_sales_amount,
    cast(late_pure_sales_amount as decimal(18, 2)) as late_pure_sales_amount
from summed
order by stock_month, distributor_id, product_id
