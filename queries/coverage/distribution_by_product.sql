-- In how many target terminals each product is bought in the period, and in those of how much weight: its distribution.
-- The weight of a terminal is its potential, supplied or estimated, where four in five target terminals have one; else
-- what it bought of everything in the twelve months to the end of the period. TDP = Σ weighted distribution of products.
-- grain: one row a product that anybody bought, the widest distribution first
-- columns:
--   product_id                  varchar  the product
--   product_name                varchar  its name
--   product_line                varchar  its product line
--   buyer_count                 bigint   target terminals with net pure sales above zero
--   terminal_count              bigint   target terminals open in the period
--   numeric_distribution_rate   double   buyers ÷ target terminals
--   weighted_distribution_rate  double   weight of the buyers ÷ weight of the target terminals
--   is_potential_weight         boolean  whether the weight is the potential; else what they buy
--   estimated_count             bigint   target terminals whose potential is an estimate
--   total_points                double   Σ weighted distribution of all products, in points of 100
with standing as (
    select
        covered.terminal_id,
        greatest(covered.year_amount, 0)::double as bought_weight,
        coalesce(
            covered.potential_amount,
            raised_estimate(estimates.potential_amount, covered.year_amount, months_known($period_end))
        )::double as potential_weight,
        covered.potential_amount is null and estimates.potential_amount is not null as is_estimated
    from covered_terminals(
        $period_start, $period_end, null, $territories, $manufacturers, $product_lines, $distributors
    ) as covered
    left join estimated_potentials($manufacturers, $product_lines) as estimates
        on estimates.terminal_id = covered.terminal_id
    where covered.is_counted
),
choice as (
    select
        count(*) as terminal_count,
        count(*) filter (where potential_weight > 0) >= 0.8 * count(*) as is_potential_weight,
        count(*) filter (where is_estimated) as estimated_count
    from standing
),
weighed as (
    select
        standing.terminal_id,
        case when choice.is_potential_weight then coalesce(standing.potential_weight, 0) else standing.bought_weight end as weight
    from standing
    cross join choice
),
bought as (
    select
        terminal_id,
        product_id,
        any_value(product_line) as product_line
    from purchases_until($period_end, null, $territories, $manufacturers, $product_lines, $distributors)
    where sales_month >= $period_start::date
    group by terminal_id, product_id
    having sum(bought_amount) > 0
),
spread as (
    select
        bought.product_id,
        any_value(bought.product_line) as product_line,
        count(*) as buyer_count,
        sum(weighed.weight) / nullif((select sum(weighed.weight) from weighed), 0) as weighted_rate
    from bought
    join weighed on weighed.terminal_id = bought.terminal_id
    group by bought.product_id
)
select
    spread.product_id,
    coalesce(products.name, spread.product_id) as product_name,
    spread.product_line,
    spread.buyer_count,
    choice.terminal_count,
    spread.buyer_count / nullif(choice.terminal_count, 0) as numeric_distribution_rate,
    spread.weighted_rate as weighted_distribution_rate,
    choice.is_potential_weight,
    choice.estimated_count,
    100 * sum(spread.weighted_rate) over () as total_points
from spread
cross join choice
left join products on products.product_id = spread.product_id
order by spread.weighted_rate desc, spread.product_id
