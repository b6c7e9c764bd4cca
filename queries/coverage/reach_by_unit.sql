-- How far the universe is reached and who calls on it, by every look at once: the whole, territories one level below the
-- one chosen, grades, kinds, owners, thirds of potential. Grade, owner and territory are those of the last day.
-- A terminal with two owners counts with each of them and once in the whole.
-- grain: one row a look and unit, the whole first
-- columns:
--   look                        varchar        all, territory, grade, kind, owner or potential
--   unit_id                     varchar        the unit within the look; empty for what is in none
--   unit_name                   varchar        name of the territory or owner; empty for the others
--   universe_count              bigint         terminals open in the window
--   buyer_count                 bigint         those with net pure sales above zero in the window
--   numeric_distribution_rate   double         buyers ÷ universe
--   weight_amount               decimal(38,2)  what the universe weighs: potential a year, or purchases where too few have one
--   buyer_weight_amount         decimal(38,2)  what the buyers weigh
--   weighted_distribution_rate  double         weight of the buyers ÷ weight of the universe
--   unweighed_count             bigint         terminals without a weight
--   estimated_count             bigint         terminals whose weight is an estimate from similar ones
--   is_worth_known              boolean        whether the weight is potential; else purchases of twelve months
--   target_count                bigint         target terminals
--   active_count                bigint         target terminals that bought
--   active_rate                 double         active ÷ target terminals
--   listing_count               bigint         target terminals that list a product, or have ordered
--   listing_rate                double         listed ÷ target terminals; empty without listings
--   visited_count               bigint         target terminals visited once or more in the window
--   visited_rate                double         visited ÷ target terminals; empty without visits
--   held_count                  bigint         terminals open on the last day, on the target list or graded
--   held_amount                 decimal(38,2)  their potential a year, estimates among them
--   by_manufacturer_count       bigint         of those, called on by the manufacturer's people alone
--   by_manufacturer_amount      decimal(38,2)  their potential a year
--   by_both_count               bigint         by both, together or one after the other
--   by_both_amount              decimal(38,2)  their potential a year
--   by_distributor_count        bigint         by distributors' people alone
--   by_distributor_amount       decimal(38,2)  their potential a year
--   by_nobody_count             bigint         by nobody
--   by_nobody_amount            decimal(38,2)  their potential a year
--   by_nobody_unowned_count     bigint         by nobody, and nobody owns them
--   by_nobody_known_count       bigint         by nobody, of known or estimated potential
--   least_amount                decimal(38,2)  smallest potential a year in the unit
--   most_amount                 decimal(38,2)  largest
--   first_visited_on            date           first visit on record anywhere, whatever the window
--   last_visited_on             date           last visit on record up to the last day
with owned as (
    select distinct terminal_id
    from owners_held($period_end, $product_lines)
),
standing as materialized (
    select
        reached.terminal_id,
        reached.territory_id,
        reached.grade,
        reached.kind,
        reached.band,
        reached.is_active,
        reached.is_counted,
        reached.is_listed,
        reached.is_listing_known,
        reached.is_visited,
        reached.is_held,
        reached.covered_by,
        reached.worth_amount,
        reached.weight_amount,
        reached.is_estimated,
        reached.is_worth_known,
        owned.terminal_id is null as is_unowned
    from reached_terminals(
        $period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors
    ) as reached
    left join owned on owned.terminal_id = reached.terminal_id
),
recorded as (
    select
        min(visits.visited_on) as first_visited_on,
        max(visits.visited_on) filter (where visits.visited_on < ending.end_on) as last_visited_on
    from visits
    cross join (select end_of_view($period_end, null) as end_on) as ending
),
counted as (
    select
        look,
        unit_id,
        count(*) as universe_count,
        count(*) filter (where is_active) as buyer_count,
        coalesce(sum(weight_amount), 0)::decimal(38, 2) as weight_amount,
        coalesce(sum(weight_amount) filter (where is_active), 0)::decimal(38, 2) as buyer_weight_amount,
        count(*) filter (where weight_amount is null) as unweighed_count,
        count(*) filter (where is_estimated and is_worth_known) as estimated_count,
        bool_or(is_worth_known) as is_worth_known,
        count(*) filter (where is_counted) as target_count,
        count(*) filter (where is_counted and is_active) as active_count,
        count(*) filter (where is_counted and is_listed) as listing_count,
        bool_or(is_listing_known) as is_listing_known,
        count(*) filter (where is_counted and is_visited) as visited_count,
        count(*) filter (where is_held) as held_count,
        sum(worth_amount) filter (where is_held) as held_amount,
        count(*) filter (where is_held and covered_by = 'manufacturer') as by_manufacturer_count,
        sum(worth_amount) filter (where is_held and covered_by = 'manufacturer') as by_manufacturer_amount,
        count(*) filter (where is_held and covered_by = 'both') as by_both_count,
        sum(worth_amount) filter (where is_held and covered_by = 'both') as by_both_amount,
        count(*) filter (where is_held and covered_by = 'distributor') as by_distributor_count,
        sum(worth_amount) filter (where is_held and covered_by = 'distributor') as by_distributor_amount,
        count(*) filter (where is_held and covered_by = 'nobody') as by_nobody_count,
        sum(worth_amount) filter (where is_held and covered_by = 'nobody') as by_nobody_amount,
        count(*) filter (where is_held and covered_by = 'nobody' and is_unowned) as by_nobody_unowned_count,
        count(worth_amount) filter (where is_held and covered_by = 'nobody') as by_nobody_known_count,
        min(worth_amount) as least_amount,
        max(worth_amount) as most_amount
    from units_of('standing', $period_end, $territories, $product_lines)
    group by look, unit_id
)
select
    counted.look,
    counted.unit_id,
    coalesce(places.name, people.name, case when counted.look = 'owner' then counted.unit_id end, '') as unit_name,
    counted.universe_count,
    counted.buyer_count,
    counted.buyer_count / nullif(counted.universe_count, 0) as numeric_distribution_rate,
    counted.weight_amount,
    counted.buyer_weight_amount,
    counted.buyer_weight_amount / nullif(counted.weight_amount, 0)::double as weighted_distribution_rate,
    counted.unweighed_count,
    counted.estimated_count,
    counted.is_worth_known,
    counted.target_count,
    counted.active_count,
    counted.active_count / nullif(counted.target_count, 0) as active_rate,
    counted.listing_count,
    case when counted.is_listing_known then counted.listing_count / nullif(counted.target_count, 0) end as listing_rate,
    counted.visited_count,
    case
        when recorded.first_visited_on is not null then counted.visited_count / nullif(counted.target_count, 0)
    end as visited_rate,
    counted.held_count,
    counted.held_amount::decimal(38, 2) as held_amount,
    counted.by_manufacturer_count,
    counted.by_manufacturer_amount::decimal(38, 2) as by_manufacturer_amount,
    counted.by_both_count,
    counted.by_both_amount::decimal(38, 2) as by_both_amount,
    counted.by_distributor_count,
    counted.by_distributor_amount::decimal(38, 2) as by_distributor_amount,
    counted.by_nobody_count,
    counted.by_nobody_amount::decimal(38, 2) as by_nobody_amount,
    counted.by_nobody_unowned_count,
    counted.by_nobody_known_count,
    counted.least_amount::decimal(38, 2) as least_amount,
    counted.most_amount::decimal(38, 2) as most_amount,
    recorded.first_visited_on,
    recorded.last_visited_on
from counted
cross join recorded
left join territories as places on counted.look = 'territory' and places.territory_id = counted.unit_id
left join reps as people on counted.look = 'owner' and people.rep_id = counted.unit_id
order by counted.look <> 'all', counted.look, counted.unit_id = '', counted.universe_count desc, counted.unit_id
