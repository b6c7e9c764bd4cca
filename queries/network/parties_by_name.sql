-- Makers, distributors and terminals by a part of their name or id, the nearest match first: large and small letters,
-- accents, and full and half width are all one. Asked in Chinese, ``name`` is the stored name, so that either name finds.
-- grain: one row a party
-- parameters:
--   part       varchar  ''  part of a name or id; empty finds nobody
--   row_limit  bigint   50  most rows given
-- columns:
--   node_id         varchar  manufacturer:M1, distributor:D1 or terminal:T1
--   kind            varchar  manufacturer, distributor or terminal
--   name            varchar  its name
--   name_en         varchar  its name in English, where it has one
--   territory_name  varchar  its territory
--   match_count     bigint   how many match in all
with parties as (
    select
        'manufacturer:' || manufacturer_id as node_id,
        'manufacturer' as kind,
        manufacturer_id as party_id,
        name,
        name_en,
        null::varchar as territory_id
    from manufacturers
    union all
    select
        'distributor:' || distributor_id as node_id,
        'distributor' as kind,
        distributor_id as party_id,
        name,
        name_en,
        territory_id
    from distributors
    union all
    select
        'terminal:' || terminal_id as node_id,
        'terminal' as kind,
        terminal_id as party_id,
        name,
        name_en,
        territory_id
    from terminals
),
wanted as (
    select trim(searched_name($part::varchar)) as part
),
matched as (
    select
        parties.*,
        wanted.part in (searched_name(parties.name), searched_name(parties.name_en), searched_name(parties.party_id)) as is_whole,
        coalesce(
            starts_with(searched_name(parties.name), wanted.part)
            or starts_with(searched_name(parties.name_en), wanted.part),
            false
        ) as is_start
    from parties
    cross join wanted
    where wanted.part <> ''
        and (
            contains(searched_name(parties.name), wanted.part)
            or contains(searched_name(parties.name_en), wanted.part)
            or contains(searched_name(parties.party_id), wanted.part)
        )
)
select
    matched.node_id,
    matched.kind,
    matched.name,
    matched.name_en,
    territories.name as territory_name,
    count(*) over () as match_count
from matched
left join territories on territories.territory_id = matched.territory_id
order by
    coalesce(matched.is_whole, false) desc,
    matched.is_start desc,
    case matched.kind
        when 'manufacturer' then 1
        when 'distributor' then 2
        else 3
    end,
    length(matched.name),
    matched.name,
    matched.node_id
limit $row_limit::bigint
