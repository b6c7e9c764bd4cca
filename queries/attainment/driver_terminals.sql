-- The terminals behind one bar of the bridge, of everything the filters leave or of one unit; they add up to the bar.
-- grain: one row a terminal, largest change first
-- parameters:
--   by_unit    varchar  whole   whole, territory, place, distributor or product_line
--   unit       varchar  ''      the unit; empty for the whole and for what is in none
--   driver     varchar  volume  a driver of attainment/drivers
--   row_limit  bigint   300     rows at most
-- columns:
--   terminal_id        varchar        the terminal
--   terminal_name      varchar        its name
--   type               varchar        kind of institution
--   territory_name     varchar        its territory; empty where it has none
--   change_amount      decimal(38,2)  what it added to the driver
--   product_count      bigint         its products behind it
--   all_count          bigint         terminals behind the driver, those beyond the limit included
--   all_change_amount  decimal(38,2)  what they added together
with behind as (
    select
        terminal_id,
        sum(change_amount) as change_amount,
        count(*) as product_count
    from driver_parts(
        $by_unit, $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors
    )
    where driver = $driver and unit_id = $unit
    group by terminal_id
)
select
    behind.terminal_id,
    terminals.name as terminal_name,
    terminals.type,
    coalesce(territories.name, '') as territory_name,
    behind.change_amount::decimal(38, 2) as change_amount,
    behind.product_count,
    count(*) over () as all_count,
    sum(behind.change_amount) over ()::decimal(38, 2) as all_change_amount
from behind
join terminals on terminals.terminal_id = behind.terminal_id
left join territories on territories.territory_id = terminals.territory_id
where behind.change_amount <> 0
order by abs(behind.change_amount) desc, behind.terminal_id
limit $row_limit::bigint
