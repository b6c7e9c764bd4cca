-- Distributors that serve the same terminals in the period: how much of each one's pure sales lies there, and whether with
-- the same product lines. Terminals count where both sold to them, net above zero.
-- grain: one row a pair of distributors with a terminal in common, the largest overlap first
-- parameters:
--   distributor  varchar  ''   only pairs with this distributor, which then stands first; empty for all
--   row_limit    bigint   500  most rows given
-- columns:
--   one_id               varchar        the larger of the two, or the distributor asked for
--   one_name             varchar        its name
--   other_id             varchar        the other one
--   other_name           varchar        its name
--   one_rank             bigint         place of the first by pure sales, 1 first
--   other_rank           bigint         place of the other
--   common_count         bigint         terminals both serve
--   one_count            bigint         terminals the first serves
--   other_count          bigint         terminals the other serves
--   shared_amount        decimal(38,2)  pure sales of both to these terminals
--   one_shared_amount    decimal(38,2)  of which the first one's
--   other_shared_amount  decimal(38,2)  of which the other one's
--   one_share            double         share of the first one's sales that lies on shared terminals
--   other_share          double         share of the other one's
--   overlap_share        double         the same of the smaller of the two
--   rival_count          bigint         shared terminals that buy one product line from both
--   rival_share          double         share of what the two sell to shared terminals that is in lines both sell there
--   is_supplied          boolean        whether one of them supplies the other
with bought as (
    select
        terminal_id,
        distributor_id,
        coalesce(product_line, '') as product_line,
        sum(sales_amount) as line_amount
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
    where distributor_id is not null
        and sales_month >= $period_start::date
        and sales_month < $period_end::date
    group by terminal_id, distributor_id, coalesce(product_line, '')
),
links as (
    select
        terminal_id,
        distributor_id,
        sum(line_amount) as link_amount
    from bought
    group by terminal_id, distributor_id
    having sum(line_amount) > 0
),
sellers as (
    select
        distributor_id,
        count(*) as terminal_count,
        sum(link_amount) as seller_amount,
        row_number() over (order by sum(link_amount) desc, distributor_id) as rank
    from links
    group by distributor_id
),
placed as (
    select
        links.terminal_id,
        links.distributor_id,
        links.link_amount,
        -- the distributor asked for stands first in all its pairs
        case when links.distributor_id = $distributor::varchar then 0 else sellers.rank end as rank
    from links
    join sellers on sellers.distributor_id = links.distributor_id
),
shared as (
    select
        one.terminal_id,
        one.distributor_id as one_id,
        other.distributor_id as other_id,
        one.link_amount as one_amount,
        other.link_amount as other_amount
    from placed as one
    join placed as other on other.terminal_id = one.terminal_id and one.rank < other.rank
    where $distributor::varchar = '' or one.rank = 0
),
same_lines as (
    select
        shared.terminal_id,
        shared.one_id,
        shared.other_id,
        sum(one.line_amount + other.line_amount) as rival_amount
    from shared
    join bought as one on one.terminal_id = shared.terminal_id and one.distributor_id = shared.one_id and one.line_amount > 0
    join bought as other on other.terminal_id = shared.terminal_id
        and other.distributor_id = shared.other_id
        and other.product_line = one.product_line
        and other.line_amount > 0
    group by shared.terminal_id, shared.one_id, shared.other_id
),
pairs as (
    select
        shared.one_id,
        shared.other_id,
        count(*) as common_count,
        sum(shared.one_amount) as one_amount,
        sum(shared.other_amount) as other_amount,
        count(same_lines.terminal_id) as rival_count,
        -- where lines came back the parts of a link exceed its net: never more than the whole
        sum(least(coalesce(same_lines.rival_amount, 0), shared.one_amount + shared.other_amount)) as rival_amount
    from shared
    left join same_lines on same_lines.terminal_id = shared.terminal_id
        and same_lines.one_id = shared.one_id
        and same_lines.other_id = shared.other_id
    group by shared.one_id, shared.other_id
),
supplied as (
    select distinct
        least(seller_id, buyer_id) as low_id,
        greatest(seller_id, buyer_id) as high_id
    from edge_months
    where stage = 'transfer' and flow_month >= $period_start::date and flow_month < $period_end::date and flow_amount > 0
)
select
    pairs.one_id,
    coalesce(one_names.name, pairs.one_id) as one_name,
    pairs.other_id,
    coalesce(other_names.name, pairs.other_id) as other_name,
    one_sellers.rank as one_rank,
    other_sellers.rank as other_rank,
    pairs.common_count,
    one_sellers.terminal_count as one_count,
    other_sellers.terminal_count as other_count,
    cast(pairs.one_amount + pairs.other_amount as decimal(38, 2)) as shared_amount,
    cast(pairs.one_amount as decimal(38, 2)) as one_shared_amount,
    cast(pairs.other_amount as decimal(38, 2)) as other_shared_amount,
    pairs.one_amount::double / one_sellers.seller_amount::double as one_share,
    pairs.other_amount::double / other_sellers.seller_amount::double as other_share,
    case
        when one_sellers.seller_amount < other_sellers.seller_amount then pairs.one_amount::double / one_sellers.seller_amount::double
        else pairs.other_amount::double / other_sellers.seller_amount::double
    end as overlap_share,
    pairs.rival_count,
    pairs.rival_amount::double / nullif(pairs.one_amount + pairs.other_amount, 0)::double as rival_share,
    supplied.low_id is not null as is_supplied
from pairs
join sellers as one_sellers on one_sellers.distributor_id = pairs.one_id
join sellers as other_sellers on other_sellers.distributor_id = pairs.other_id
left join distributors as one_names on one_names.distributor_id = pairs.one_id
left join distributors as other_names on other_names.distributor_id = pairs.other_id
left join supplied on supplied.low_id = least(pairs.one_id, pairs.other_id) and supplied.high_id = greatest(pairs.one_id, pairs.other_id)
order by pairs.one_amount + pairs.other_amount desc, pairs.common_count desc, pairs.one_id, pairs.other_id
limit $row_limit::bigint
