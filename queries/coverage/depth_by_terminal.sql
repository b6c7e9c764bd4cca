-- How deep each customer is over the twelve months to the end of the period: lines and products bought of those there are
-- and of those listed, share of potential, how often and how evenly it orders, and how much hangs on one product.
-- Orders and their rhythm are those of all lines and sellers, whatever the filters.
-- grain: one row a customer that bought, or a terminal asked for; the most potential left first, then the most bought
-- parameters:
--   terminals  varchar[]  []    ids asked for; empty for all that bought
--   row_limit  bigint     5000  the most rows given
-- columns:
--   terminal_id            varchar        the terminal
--   terminal_name          varchar        its name
--   grade                  varchar        grade on the last day of the period
--   type                   varchar        kind of institution
--   kind                   varchar        the kind it is counted within; empty where not said
--   city                   varchar        its city
--   year_amount            decimal(38,2)  pure sales of the twelve months
--   line_count             bigint         product lines bought, net above zero
--   offered_line_count     bigint         product lines that any terminal bought
--   product_count          bigint         products bought, net above zero
--   offered_product_count  bigint         products that any terminal bought
--   listed_count           bigint         products listed with it on the last day; empty where no listing is loaded
--   listed_bought_count    bigint         of those, bought in the twelve months
--   potential_amount       decimal(38,2)  potential a year; empty where not known
--   is_estimated           boolean        whether that is an estimate
--   potential_low_amount   decimal(38,2)  lower end of the estimate's range; empty where it was supplied
--   potential_high_amount  decimal(38,2)  upper end
--   share_rate             double         pure sales ÷ potential of the same months
--   open_amount            decimal(38,2)  potential not bought, never below zero
--   order_count            bigint         days with an order in the twelve months
--   quarterly_orders       double         of those a quarter
--   usual_days             double         median gap between its order days; empty below three gaps
--   regular_rate           double         share of its gaps of half to one and a half times that
--   top_product_name       varchar        the product it buys most
--   top_product_share      double         that product's share of what it buys
--   product_hhi            double         Σ (share of a product)² × 10,000
--   last_bought_on         date           last order
--   owner_name             varchar        who is assigned on the last day, largest share of the credit first
--   all_count              bigint         rows, those left off included
with spans as (
    select end_of_view($period_end, null) as end_on
),
offered as (
    select
        line_count,
        product_count
    from range_offered(
        cast($period_end::date - interval 12 month as date), $period_end, null, $manufacturers, $product_lines, $distributors
    )
),
measured as materialized (
    select
        standing.*,
        case
            when standing.potential_amount is not null
                then greatest(0, standing.potential_amount * standing.month_count / 12 - standing.year_amount)
        end::decimal(38, 2) as open_amount,
        count(*) over () as all_count
    from range_by_terminal($period_end, $territories, $manufacturers, $product_lines, $distributors) as standing
    where case
        when len($terminals::varchar[]) = 0 then standing.is_active
        else standing.terminal_id in (select unnest($terminals::varchar[]) as terminal_id)
    end
),
best as materialized (
    select *
    from measured
    order by open_amount desc nulls last, year_amount desc, terminal_id
    limit $row_limit::bigint
),
owners as (
    select
        held.terminal_id,
        string_agg(held.owner_name, ', ' order by held.credit_share desc, held.owner_name) as owner_name
    from (
        select
            assignments.terminal_id,
            coalesce(reps.name, assignments.rep_id) as owner_name,
            max(coalesce(assignments.credit_share, 1)) as credit_share
        from assignments
        cross join spans
        left join reps on reps.rep_id = assignments.rep_id
        where assignments.valid_from < spans.end_on
            and (assignments.valid_to is null or assignments.valid_to >= spans.end_on)
            and (assignments.product_line is null or in_list($product_lines, assignments.product_line))
            and assignments.terminal_id in (select best.terminal_id from best)
        group by assignments.terminal_id, coalesce(reps.name, assignments.rep_id)
    ) as held
    group by held.terminal_id
)
select
    best.terminal_id,
    best.name as terminal_name,
    best.grade,
    best.type,
    best.kind,
    coalesce(cities.name, best.city) as city,
    best.year_amount,
    best.line_count,
    offered.line_count as offered_line_count,
    best.product_count,
    offered.product_count as offered_product_count,
    best.listed_count,
    best.listed_bought_count,
    best.potential_amount,
    best.is_estimated,
    best.potential_low_amount,
    best.potential_high_amount,
    (best.year_amount / nullif(best.potential_amount * best.month_count / 12, 0))::double as share_rate,
    best.open_amount,
    coalesce(rhythms.order_count, 0) as order_count,
    (coalesce(rhythms.order_count, 0) / (best.month_count / 3))::double as quarterly_orders,
    rhythms.usual_days,
    rhythms.regular_gap_count / nullif(rhythms.gap_count, 0) as regular_rate,
    coalesce(products.name, best.top_product_id) as top_product_name,
    best.top_product_share,
    best.product_hhi,
    best.last_bought_on,
    owners.owner_name,
    best.all_count
from best
cross join offered
left join order_rhythms('best', $period_end) as rhythms on rhythms.terminal_id = best.terminal_id
left join products on products.product_id = best.top_product_id
left join territories as cities on cities.territory_id = best.territory_id and cities.level = 'city'
left join owners on owners.terminal_id = best.terminal_id
order by best.open_amount desc nulls last, best.year_amount desc, best.terminal_id
