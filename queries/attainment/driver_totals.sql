-- The bridge from the comparison to the period by unit: both totals, every driver with the terminals behind it.
-- grain: one row a unit and step
-- parameters:
--   by_unit  varchar  whole  whole, territory (those compared), place (those explained), distributor or product_line
-- columns:
--   unit_id         varchar        the unit; empty for the whole and for what is in none
--   unit_name       varchar        its name; empty where the id is
--   driver          varchar        base, current or a driver
--   change_amount   decimal(38,2)  what it added, or the total for base and current
--   terminal_count  bigint         terminals behind it
with steps as (
    select *
    from driver_parts(
        $by_unit, $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
)
select
    steps.unit_id,
    coalesce(territories.name, distributors.name, case when $by_unit = 'product_line' then steps.unit_id else '' end) as unit_name,
    steps.driver,
    sum(steps.change_amount)::decimal(38, 2) as change_amount,
    count(distinct case when steps.change_amount <> 0 then steps.terminal_id end) as terminal_count
from steps
left join territories on $by_unit in ('territory', 'place') and territories.territory_id = steps.unit_id
left join distributors on $by_unit = 'distributor' and distributors.distributor_id = steps.unit_id
group by steps.unit_id, unit_name, steps.driver
order by steps.unit_id, steps.driver
