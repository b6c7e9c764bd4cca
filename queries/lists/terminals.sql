-- What a rep needs to know of each terminal of a list: where it is, whose, how large, when it last ordered and was last seen,
-- who supplies it, and the white space of most expected value. As of the end of the period; white space as of the end of
-- the data. The usual interval is that of all lines and sellers, whatever the filters.
-- grain: one row a terminal asked for that was open in the twelve months to the end of the period
-- parameters:
--   terminals  varchar[]  []  ids asked for
-- columns:
--   terminal_id              varchar        the terminal
--   terminal_name            varchar        its name
--   city                     varchar        its city
--   territory_name           varchar        its territory
--   grade                    varchar        its grade
--   type                     varchar        kind of institution
--   level                    varchar        level or size class
--   owner_name               varchar        who is assigned, largest share of the credit first
--   potential_amount         decimal(38,2)  potential a year; empty where not known
--   potential_basis          varchar        supplied or estimated; empty where not known
--   potential_low_amount     decimal(38,2)  lower end of the estimate's range
--   potential_high_amount    decimal(38,2)  upper end
--   year_amount              decimal(38,2)  pure sales of the twelve months
--   potential_share          double         those ÷ potential of the same months
--   last_bought_on           date           last order
--   usual_days               double         median gap between its order days; empty below three gaps
--   last_visited_on          date           last visit
--   main_distributor_name    varchar        who sold it most in the year up to its last order
--   line_count               bigint         product lines bought in the twelve months
--   product_count            bigint         products bought in the twelve months
--   product_lines            varchar[]      those lines, in alphabetical order
--   missing_line             varchar        product line it does not buy, or far too little of, worth most
--   missing_start_name       varchar       product to begin with
--   missing_bought_count     bigint         of the similar terminals, those that buy it
--   missing_similar_count    bigint         similar terminals
--   missing_peer_count       bigint         buyers whose purchases set the value
--   missing_had_amount       decimal(38,2)  what it bought of it already, where that is far below what is expected
--   missing_value_amount     decimal(38,2)  twelve months of it, beyond what is bought
--   missing_low_amount       decimal(38,2)  lower end of the 80% range
--   missing_high_amount      decimal(38,2)  upper end
--   missing_chance_rate      double         chance of an order within twelve months
--   missing_expected_amount  decimal(38,2)  chance times value
with asked as (
    select distinct unnest($terminals::varchar[]) as terminal_id
),
spans as (
    select
        end_of_view($period_end, null) as end_on,
        months_known($period_end) as month_count,
        cast($period_end::date - interval 12 month as date) as year_from
),
standing as materialized (
    select covered.*
    from covered_terminals(
        cast($period_end::date - interval 12 month as date), $period_end, null,
        $territories, $manufacturers, $product_lines, $distributors
    ) as covered
    join asked on asked.terminal_id = covered.terminal_id
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
        group by assignments.terminal_id, coalesce(reps.name, assignments.rep_id)
    ) as held
    group by held.terminal_id
),
last_visits as (
    select
        visits.terminal_id,
        max(visits.visited_on) as last_visited_on
    from visits
    cross join spans
    where visits.visited_on < spans.end_on
    group by visits.terminal_id
),
lines_bought as (
    select
        terminal_id,
        list_sort(list(product_line)) as product_lines
    from (
        select
            bought.terminal_id,
            bought.product_line
        from purchases_until(
            $period_end, null, $territories, $manufacturers, $product_lines, $distributors
        ) as bought
        join asked on asked.terminal_id = bought.terminal_id
        cross join spans
        where bought.sales_month >= spans.year_from and bought.product_line is not null
        group by bought.terminal_id, bought.product_line
        having sum(bought.bought_amount) > 0
    ) as lines
    group by terminal_id
),
openings as (
    select *
    from (
        select
            whitespace.*,
            row_number() over (
                partition by whitespace.terminal_id
                order by whitespace.expected_amount desc, whitespace.product_line, whitespace.product_id
            ) as place
        from whitespace
        join asked on asked.terminal_id = whitespace.terminal_id
        where in_list($product_lines, whitespace.product_line)
            and whitespace.product_line in (
                select coalesce(offered.product_line, '')
                from products as offered
                where in_list($manufacturers, offered.manufacturer_id)
            )
    ) as ranked
    where place = 1
)
select
    standing.terminal_id,
    standing.name as terminal_name,
    coalesce(cities.name, standing.city) as city,
    territories.name as territory_name,
    standing.grade,
    standing.type,
    standing.level,
    owners.owner_name,
    coalesce(
        standing.potential_amount, raised_estimate(estimates.potential_amount, standing.year_amount, spans.month_count)
    ) as potential_amount,
    case
        when standing.potential_amount is not null then 'supplied'
        when estimates.potential_amount is not null then 'estimated'
    end as potential_basis,
    case
        when standing.potential_amount is null
            then raised_estimate(estimates.low_amount, standing.year_amount, spans.month_count)
    end as potential_low_amount,
    case
        when standing.potential_amount is null
            then raised_estimate(estimates.high_amount, standing.year_amount, spans.month_count)
    end as potential_high_amount,
    standing.year_amount,
    (
        standing.year_amount / nullif(
            coalesce(
                standing.potential_amount,
                raised_estimate(estimates.potential_amount, standing.year_amount, spans.month_count)
            ) * spans.month_count / 12,
            0
        )
    )::double as potential_share,
    standing.last_bought_on,
    rhythms.usual_days,
    last_visits.last_visited_on,
    coalesce(distributors.name, manufacturers.name, standing.main_seller_id) as main_distributor_name,
    standing.line_count,
    standing.product_count,
    lines_bought.product_lines,
    openings.product_line as missing_line,
    products.name as missing_start_name,
    openings.similar_bought_count as missing_bought_count,
    openings.similar_count as missing_similar_count,
    openings.peer_count as missing_peer_count,
    case when openings.is_few then openings.bought_amount end as missing_had_amount,
    openings.value_amount as missing_value_amount,
    openings.value_low_amount as missing_low_amount,
    openings.value_high_amount as missing_high_amount,
    openings.chance_rate as missing_chance_rate,
    openings.expected_amount as missing_expected_amount
from standing
cross join spans
left join estimated_potentials($manufacturers, $product_lines) as estimates on estimates.terminal_id = standing.terminal_id
left join territories on territories.territory_id = standing.territory_id
left join territories as cities on cities.territory_id = standing.territory_id and cities.level = 'city'
left join owners on owners.terminal_id = standing.terminal_id
left join last_visits on last_visits.terminal_id = standing.terminal_id
left join distributors on distributors.distributor_id = standing.main_seller_id
left join manufacturers on manufacturers.manufacturer_id = standing.main_seller_id
left join lines_bought on lines_bought.terminal_id = standing.terminal_id
left join order_rhythms('standing', $period_end) as rhythms on rhythms.terminal_id = standing.terminal_id
left join openings on openings.terminal_id = standing.terminal_id
left join products
    on products.product_id = case when openings.product_id <> '' then openings.product_id else openings.start_product_id end
order by standing.terminal_id
