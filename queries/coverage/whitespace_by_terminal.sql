-- White space as estimated at publish, as of the end of the data whatever the period: what terminals do not buy that those
-- like them do, with who owns the terminal and when it was last seen. The most is the most expected value: chance times value.
-- grain: one row a terminal and product line (or product), largest expected value first
-- parameters:
--   standing   varchar    ''    'customer': buys something already; 'never': has never ordered; 'few': buys far less than expected; empty for all
--   terminals  varchar[]  []    ids chosen one by one
--   row_limit  bigint     1000  the most rows given
-- columns:
--   terminal_id           varchar        the terminal
--   terminal_name         varchar        its name
--   product_line          varchar        product line it does not buy
--   product_id            varchar        product it does not buy; empty where the line is meant
--   product_name          varchar        that product, or the one of the line that most terminals of the type buy
--   standing              varchar        customer, never or few
--   bought_amount         decimal(38,2)  bought of it in the last twelve whole months; of fewer months, as much a year
--   similar_bought_count  bigint         of the similar terminals, those that buy it
--   similar_count         bigint         similar terminals: nearest in size of the same kind, level and region
--   chance_rate           double         chance of an order within twelve months
--   adoption_rate         double         share of such terminals that buy it
--   value_amount          decimal(38,2)  twelve months of it, beyond what is bought
--   value_low_amount      decimal(38,2)  lower end of the 80% range
--   value_high_amount     decimal(38,2)  upper end
--   expected_amount       decimal(38,2)  chance times value
--   peer_count            bigint         buyers whose purchases set the value
--   grade                 varchar        grade on the last day of the data
--   type                  varchar        kind of institution
--   city                  varchar        its city
--   owner_name            varchar        who is assigned on that day for the line, largest share of the credit first
--   last_bought_on        date           last order of anything; empty for never
--   last_visited_on       date           last visit
--   is_chance_dated       boolean        whether the chance is that of the year before; else the adoption rate
--   all_count             bigint         rows under the filters, those left off included
--   all_terminal_count    bigint         terminals among them
--   all_value_amount      decimal(38,2)  their value
--   all_expected_amount   decimal(38,2)  their expected value
with span as (
    select data_through_on from workspace
),
offered as (
    select distinct coalesce(product_line, '') as product_line
    from products
    where in_list($manufacturers, manufacturer_id)
),
served as (
    select distinct terminal_id
    from terminal_months
    where len($distributors::varchar[]) > 0 and list_contains($distributors::varchar[], distributor_id)
),
allowed as (
    select distinct below.territory_id
    from authorisations
    cross join span
    join territory_closure as below on below.ancestor_id = authorisations.territory_id
    where list_contains($distributors::varchar[], authorisations.distributor_id)
        and authorisations.valid_from <= span.data_through_on
        and (authorisations.valid_to is null or authorisations.valid_to > span.data_through_on)
),
ordered as (
    select
        terminal_id,
        max(last_bought_on) as last_bought_on
    from terminal_months
    group by terminal_id
),
white as (
    select
        whitespace.*,
        terminals.name as terminal_name,
        terminals.type,
        terminals.city,
        terminals.territory_id,
        ordered.last_bought_on,
        case
            when whitespace.is_few then 'few'
            when ordered.last_bought_on is null then 'never'
            else 'customer'
        end as standing
    from whitespace
    join terminals on terminals.terminal_id = whitespace.terminal_id
    left join ordered on ordered.terminal_id = whitespace.terminal_id
    where in_territories($territories, terminals.territory_id)
        and in_list($product_lines, whitespace.product_line)
        and whitespace.product_line in (select offered.product_line from offered)
        and (
            len($distributors::varchar[]) = 0
            or whitespace.terminal_id in (select served.terminal_id from served)
            or terminals.territory_id in (select allowed.territory_id from allowed)
        )
        and (len($terminals::varchar[]) = 0 or list_contains($terminals::varchar[], whitespace.terminal_id))
),
chosen as (
    select * from white where $standing::varchar in ('', standing)
),
totals as (
    select
        count(*) as all_count,
        count(distinct terminal_id) as all_terminal_count,
        coalesce(sum(value_amount), 0) as all_value_amount,
        coalesce(sum(expected_amount), 0) as all_expected_amount
    from chosen
),
best as (
    select *
    from chosen
    order by expected_amount desc, terminal_id, product_line, product_id
    limit $row_limit::bigint
),
-- who owns the terminal: for the line in question, or for every line
owners as (
    select
        held.terminal_id,
        held.product_line,
        string_agg(held.owner_name, ', ' order by held.credit_share desc, held.owner_name) as owner_name
    from (
        select
            best.terminal_id,
            best.product_line,
            coalesce(reps.name, assignments.rep_id) as owner_name,
            max(coalesce(assignments.credit_share, 1)) as credit_share
        from (select distinct terminal_id, product_line from best) as best
        join assignments on assignments.terminal_id = best.terminal_id
        cross join span
        left join reps on reps.rep_id = assignments.rep_id
        where assignments.valid_from <= span.data_through_on
            and (assignments.valid_to is null or assignments.valid_to > span.data_through_on)
            and (assignments.product_line is null or assignments.product_line = best.product_line)
        group by best.terminal_id, best.product_line, coalesce(reps.name, assignments.rep_id)
    ) as held
    group by held.terminal_id, held.product_line
),
last_visits as (
    select
        visits.terminal_id,
        max(visits.visited_on) as last_visited_on
    from visits
    cross join span
    where visits.visited_on <= span.data_through_on
    group by visits.terminal_id
),
grades as (
    select
        terminal_grades.terminal_id,
        arg_max(terminal_grades.grade, terminal_grades.valid_from) as grade
    from terminal_grades
    cross join span
    where terminal_grades.valid_from <= span.data_through_on
        and (terminal_grades.valid_to is null or terminal_grades.valid_to > span.data_through_on)
    group by terminal_grades.terminal_id
)
select
    best.terminal_id,
    best.terminal_name,
    best.product_line,
    best.product_id,
    products.name as product_name,
    best.standing,
    best.bought_amount,
    best.similar_bought_count,
    best.similar_count,
    best.chance_rate,
    best.adoption_rate,
    best.value_amount,
    best.value_low_amount,
    best.value_high_amount,
    best.expected_amount,
    best.peer_count,
    grades.grade,
    best.type,
    coalesce(cities.name, best.city) as city,
    owners.owner_name,
    best.last_bought_on,
    last_visits.last_visited_on,
    best.is_chance_dated,
    totals.all_count,
    totals.all_terminal_count,
    totals.all_value_amount::decimal(38, 2) as all_value_amount,
    totals.all_expected_amount::decimal(38, 2) as all_expected_amount
from best
cross join totals
left join products
    on products.product_id = case when best.product_id <> '' then best.product_id else best.start_product_id end
left join territories as cities on cities.territory_id = best.territory_id and cities.level = 'city'
left join owners on owners.terminal_id = best.terminal_id and owners.product_line = best.product_line
left join last_visits on last_visits.terminal_id = best.terminal_id
left join grades on grades.terminal_id = best.terminal_id
order by best.expected_amount desc, best.terminal_id, best.product_line, best.product_id
