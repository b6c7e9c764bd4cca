-- What each distributor is measured by, side by side, so that one can be seen among its peers.
-- grain: one row a distributor with pure sales in the period or in the one compared with
-- parameters:
--   threshold  double  0.8  share of what a terminal buys from which on it depends on the seller
-- columns:
--   distributor_id         varchar        the distributor
--   distributor_name       varchar        its name
--   tier                   integer        1 or 2; empty where not said
--   sales_amount           decimal(38,2)  pure sales of the period
--   base_amount            decimal(38,2)  pure sales of the period compared with
--   growth_rate            double         the one over the other, less 1; empty without a base
--   target_to_date_amount  decimal(38,2)  its target due by the last day of data; empty without one
--   covered_amount         decimal(38,2)  pure sales that the target is for
--   attainment_rate        double         pure sales over target to date
--   terminal_count         bigint         terminals that bought from it, net above zero
--   base_terminal_count    bigint         terminals in the period compared with
--   kept_share             double         of those, how many still buy
--   dependent_count        bigint         terminals that depend on it alone
--   risk_amount            decimal(38,2)  pure sales of those
--   stock_days             double         stock over what left a day in 90 days; empty where it never counted
--   closing_amount         decimal(38,2)  stock when the period ends
--   stock_basis            varchar        counted, carried or implied
--   sellout_sellin_ratio   double         pure sales over what it took in and did not pass on
--   outside_share          double         pure sales outside its authorised territory over what can be judged
--   overdue_share          double         open invoices past their due day over open invoices
--   payment_days           double         days from invoice to payment, by value, of what was paid in the period
--   last_sale_on           date           last day with a sale of its own
--   counted_on             date           day of its last count
with sold as (
    select
        distributor_id,
        sum(current_amount) as sales_amount,
        sum(base_amount) as base_amount
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines, []::varchar[]
    )
    where distributor_id is not null
    group by distributor_id
    having sum(current_amount) <> 0 or sum(base_amount) <> 0
),
bought as (
    select
        distributor_id,
        terminal_id,
        sum(current_amount) > 0 as is_now,
        sum(base_amount) > 0 as is_then
    from compared_sales(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month, $territories, $manufacturers, $product_lines, []::varchar[]
    )
    where distributor_id is not null
    group by distributor_id, terminal_id
),
reach as (
    select
        distributor_id,
        count(case when is_now then 1 end) as terminal_count,
        count(case when is_then then 1 end) as base_terminal_count,
        count(case when is_now and is_then then 1 end) as kept_count
    from bought
    group by distributor_id
),
dependence as (
    select
        source_distributor_id as distributor_id,
        count(*) as dependent_count,
        sum(terminal_amount) as risk_amount
    from terminal_sources($period_start, $period_end, null, $territories, $manufacturers, $product_lines)
    where source_share >= $threshold::double
    group by source_distributor_id
),
-- a target is for all makers and places together: filtered by either there is none
planned as (
    select
        holder_id as distributor_id,
        sum(target_to_date_amount) as target_to_date_amount,
        sum(covered_amount) as covered_amount
    from holder_plan_months
    where holder_kind = 'distributor'
        and measure = 'pure_sales'
        and not is_roll_up
        and plan_month >= $period_start::date
        and plan_month < $period_end::date
        and case when len($product_lines::varchar[]) = 0 then product_line = '' else list_contains($product_lines::varchar[], product_line) end
        and len($territories::varchar[]) = 0
        and len($manufacturers::varchar[]) = 0
    group by holder_id
),
held as (
    select *
    from selected_stock([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where stock_month < $period_end::date
),
stocked as (
    select
        distributor_id,
        sum(case when stock_month = $period_end::date - interval 1 month then closing_amount else 0 end) as closing_amount,
        sum(case when stock_month = $period_end::date - interval 1 month then sold_90_amount + transferred_90_amount else 0 end) as left_90_amount,
        sum(case when stock_month >= $period_start::date then sold_amount else 0 end) as sold_amount,
        sum(
            case when stock_month >= $period_start::date then received_amount + transferred_in_amount - transferred_out_amount else 0 end
        ) as taken_amount,
        bool_or(stock_month = $period_end::date - interval 1 month and basis = 'counted') as has_counted,
        bool_or(stock_month = $period_end::date - interval 1 month and basis = 'carried') as has_carried,
        max(counted_on) as counted_on
    from held
    group by distributor_id
),
judged as (
    select
        distributor_id,
        sum(case when authority = 'outside' then sales_amount else 0 end)::double
            / nullif(sum(case when authority <> 'unmapped' then sales_amount else 0 end)::double, 0) as outside_share
    from authorised_months
    where sales_month >= $period_start::date
        and sales_month < $period_end::date
        and in_territories($territories, territory_id)
        and in_list($manufacturers, manufacturer_id)
        and in_list($product_lines, product_line)
    group by distributor_id
),
owed as (
    select
        receivables.distributor_id,
        sum(case when receivables.paid_on is null then receivables.amount - coalesce(receivables.paid_amount, 0) else 0 end) as open_amount,
        sum(
            case
                when receivables.paid_on is null and receivables.due_on < workspace.data_through_on
                    then receivables.amount - coalesce(receivables.paid_amount, 0)
                else 0
            end
        ) as overdue_amount,
        sum(
            case
                when receivables.paid_on >= $period_start::date and receivables.paid_on < $period_end::date
                    then receivables.amount * (receivables.paid_on - receivables.invoiced_on)
                else 0
            end
        )::double
            / nullif(
                sum(
                    case
                        when receivables.paid_on >= $period_start::date and receivables.paid_on < $period_end::date then receivables.amount
                        else 0
                    end
                )::double,
                0
            ) as payment_days
    from receivables
    cross join workspace
    group by receivables.distributor_id
),
reported as (
    select
        distributor_id,
        max(last_bought_on) as last_sale_on
    from terminal_months
    group by distributor_id
)
select
    sold.distributor_id,
    coalesce(distributors.name, sold.distributor_id) as distributor_name,
    distributors.tier,
    sold.sales_amount::decimal(38, 2) as sales_amount,
    sold.base_amount::decimal(38, 2) as base_amount,
    case when sold.base_amount > 0 then (sold.sales_amount / sold.base_amount)::double - 1 end as growth_rate,
    planned.target_to_date_amount::decimal(38, 2) as target_to_date_amount,
    planned.covered_amount::decimal(38, 2) as covered_amount,
    case when planned.target_to_date_amount > 0 then (planned.covered_amount / planned.target_to_date_amount)::double end as attainment_rate,
    coalesce(reach.terminal_count, 0) as terminal_count,
    coalesce(reach.base_terminal_count, 0) as base_terminal_count,
    (reach.kept_count / nullif(reach.base_terminal_count, 0))::double as kept_share,
    coalesce(dependence.dependent_count, 0) as dependent_count,
    coalesce(dependence.risk_amount, 0)::decimal(38, 2) as risk_amount,
    case
        when stocked.has_counted or stocked.has_carried
            then stocked.closing_amount::double * 90 / nullif(greatest(stocked.left_90_amount::double, 0), 0)
    end as stock_days,
    stocked.closing_amount::decimal(38, 2) as closing_amount,
    case
        when stocked.distributor_id is null then null
        when stocked.has_counted then 'counted'
        when stocked.has_carried then 'carried'
        else 'implied'
    end as stock_basis,
    (stocked.sold_amount / nullif(greatest(stocked.taken_amount, 0), 0))::double as sellout_sellin_ratio,
    judged.outside_share,
    (owed.overdue_amount / nullif(greatest(owed.open_amount, 0), 0))::double as overdue_share,
    owed.payment_days,
    reported.last_sale_on,
    stocked.counted_on
from sold
left join distributors on distributors.distributor_id = sold.distributor_id
left join reach on reach.distributor_id = sold.distributor_id
left join dependence on dependence.distributor_id = sold.distributor_id
left join planned on planned.distributor_id = sold.distributor_id
left join stocked on stocked.distributor_id = sold.distributor_id
left join judged on judged.distributor_id = sold.distributor_id
left join owed on owed.distributor_id = sold.distributor_id
left join reported on reported.distributor_id = sold.distributor_id
order by sold.sales_amount desc, sold.distributor_id
