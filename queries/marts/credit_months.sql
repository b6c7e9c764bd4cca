-- Pure sales by the rep credited with them (业绩归属), as of the day of each line; what nobody owns has the empty rep.
-- Each amount is split by running shares rounded to the cent, so the reps' parts and nobody's add up to it exactly.
-- grain: one row a month, rep, terminal, distributor, territory, manufacturer and product line
-- columns:
--   sales_month      date           first day of the month
--   rep_id           varchar        the rep credited; empty for nobody
--   terminal_id      varchar        the terminal that bought
--   distributor_id   varchar        the selling distributor; empty for direct sales
--   territory_id     varchar        territory the terminal belonged to on the day
--   manufacturer_id  varchar        manufacturer of the products
--   product_line     varchar        product line
--   sales_amount     decimal(38,2)  pure sales credited
--   to_day_amount    decimal(38,2)  those of the days up to the day of the month the data end on
with sold as (
    select
        flows.occurred_on,
        flows.buyer_id as terminal_id,
        senders.distributor_id,
        coalesce(placements.territory_id, terminals.territory_id) as territory_id,
        coalesce(products.manufacturer_id, makers.manufacturer_id) as manufacturer_id,
        products.product_line,
        sum(flows.amount) as sales_amount
    from flows
    join terminals on terminals.terminal_id = flows.buyer_id
    left join distributors as senders on senders.distributor_id = flows.seller_id
    left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
    left join products on products.product_id = flows.product_id
    left join placements on placements.terminal_id = flows.buyer_id
        and placements.placed_from <= flows.occurred_on
        and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
    where (senders.distributor_id is not null or makers.manufacturer_id is not null)
        and flows.buyer_id not in (select receivers.distributor_id from distributors as receivers)
    group by
        flows.occurred_on, flows.buyer_id, senders.distributor_id, coalesce(placements.territory_id, terminals.territory_id),
        coalesce(products.manufacturer_id, makers.manufacturer_id), products.product_line
),
stretches as (
    select distinct terminal_id, product_line, credited_from, credited_to
    from credit_shares
),
by_stretch as (
    select
        cast(date_trunc('month', sold.occurred_on) as date) as sales_month,
        sold.terminal_id,
        sold.distributor_id,
        sold.territory_id,
        sold.manufacturer_id,
        sold.product_line,
        stretches.credited_from,
        sum(sold.sales_amount) as sales_amount,
        sum(
            case
                when workspace.is_month_complete or extract(day from sold.occurred_on) <= extract(day from workspace.data_through_on)
                    then sold.sales_amount
                else 0
            end
        ) as to_day_amount
    from sold
    cross join workspace
    left join stretches on stretches.terminal_id = sold.terminal_id
        and stretches.product_line = coalesce(sold.product_line, '')
        and stretches.credited_from <= sold.occurred_on
        and (stretches.credited_to is null or sold.occurred_on < stretches.credited_to)
    group by
        cast(date_trunc('month', sold.occurred_on) as date), sold.terminal_id, sold.distributor_id, sold.territory_id,
        sold.manufacturer_id, sold.product_line, stretches.credited_from
),
credited as (
    select
        by_stretch.sales_month,
        credit_shares.rep_id,
        by_stretch.terminal_id,
        by_stretch.distributor_id,
        by_stretch.territory_id,
        by_stretch.manufacturer_id,
        by_stretch.product_line,
        by_stretch.credited_from,
        cast(
            round(
                cast(by_stretch.sales_amount as double)
                    * (cast(credit_shares.before_share + credit_shares.credit_share as double) / cast(credit_shares.divisor_share as double)),
                2
            ) as decimal(38, 2)
        )
        - cast(
            round(
                cast(by_stretch.sales_amount as double)
                    * (cast(credit_shares.before_share as double) / cast(credit_shares.divisor_share as double)),
                2
            ) as decimal(38, 2)
        ) as sales_amount,
        cast(
            round(
                cast(by_stretch.to_day_amount as double)
                    * (cast(credit_shares.before_share + credit_shares.credit_share as double) / cast(credit_shares.divisor_share as double)),
                2
            ) as decimal(38, 2)
        )
        - cast(
            round(
                cast(by_stretch.to_day_amount as double)
                    * (cast(credit_shares.before_share as double) / cast(credit_shares.divisor_share as double)),
                2
            ) as decimal(38, 2)
        ) as to_day_amount
    from by_stretch
    join credit_shares on credit_shares.terminal_id = by_stretch.terminal_id
        and credit_shares.product_line = coalesce(by_stretch.product_line, '')
        and credit_shares.credited_from = by_stretch.credited_from
),
everything as (
    select
        sales_month, rep_id, terminal_id, distributor_id, territory_id, manufacturer_id, product_line, sales_amount, to_day_amount
    from credited
    union all
    select
        sales_month, '' as rep_id, terminal_id, distributor_id, territory_id, manufacturer_id, product_line, sales_amount, to_day_amount
    from by_stretch
    union all
    select
        sales_month, '' as rep_id, terminal_id, distributor_id, territory_id, manufacturer_id, product_line, -sales_amount, -to_day_amount
    from credited
)
select
    sales_month,
    rep_id,
    terminal_id,
    distributor_id,
    territory_id,
    manufacturer_id,
    product_line,
    sum(sales_amount) as sales_amount,
    sum(to_day_amount) as to_day_amount
from everything
group by sales_month, rep_id, terminal_id, distributor_id, territory_id, manufacturer_id, product_line
having rep_id <> '' or sum(sales_amount) <> 0 or sum(to_day_amount) <> 0
order by sales_month, rep_id, terminal_id, distributor_id, territory_id, manufacturer_id, product_line
