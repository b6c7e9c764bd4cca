-- Of the customers whose first order is known to lie in a half-year, how many are still buying every three months after it.
-- Those a late supplier hides and those that closed are left out.
-- grain: one row a half-year and number of months since
-- columns:
--   cohort_month   date    first month of the half-year
--   customer_count bigint  customers whose first order lies in it
--   since_count    bigint  months since the month of the first order
--   known_count    bigint  those of which it is known then; only where all of the half-year have come so far
--   buying_count   bigint  those still buying
--   retention_rate double  still buying ÷ known
with cohorts as (
    select
        customers.*,
        cast(
            make_date(
                extract(year from customers.first_order_on)::integer,
                case when extract(month from customers.first_order_on) <= 6 then 1 else 7 end,
                1
            ) as date
        ) as cohort_month,
        datediff('month', date_trunc('month', customers.first_order_on), customers.life_month) as since_count
    from customers_in_months(
        (select min(sales_month) from terminal_months), life_month_of($period_end, null),
        $territories, $manufacturers, $product_lines, $distributors
    ) as customers
    where customers.is_first_known
),
sizes as (
    select
        cohort_month,
        count(distinct terminal_id) as customer_count
    from cohorts
    group by cohort_month
)
select
    cohorts.cohort_month,
    any_value(sizes.customer_count) as customer_count,
    cohorts.since_count,
    count(*) filter (where cohorts.state not in ('unreported', 'closed')) as known_count,
    count(*) filter (where cohorts.state not in ('unreported', 'closed') and cohorts.is_buying) as buying_count,
    count(*) filter (where cohorts.state not in ('unreported', 'closed') and cohorts.is_buying)
    / nullif(count(*) filter (where cohorts.state not in ('unreported', 'closed')), 0) as retention_rate
from cohorts
join sizes on sizes.cohort_month = cohorts.cohort_month
where cohorts.since_count > 0
    and cohorts.since_count % 3 = 0
    -- the youngest of the half-year have come so far
    and cohorts.cohort_month + to_months(cast(5 + cohorts.since_count as integer)) <= life_month_of($period_end, null)
group by cohorts.cohort_month, cohorts.since_count
order by cohorts.cohort_month, cohorts.since_count
