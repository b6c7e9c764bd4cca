-- Makers, distributors and terminals by parts of their name or id, the nearest match first: large and small letters,
-- accents, and full and half width are all one, and Chinese is found by its pinyin or its initials as well. Every word
-- must be found, in whichever order. Asked in Chinese, ``name`` is the stored name, so that either name finds.
-- grain: one row a party
-- parameters:
--   part       varchar  ''  part of a name or id, or several; empty finds nobody
--   row_limit  bigint   50  most rows given
-- columns:
--   node_id            varchar  manufacturer:M1, distributor:D1 or terminal:T1
--   kind               varchar  manufacturer, distributor or terminal
--   name               varchar  its name
--   name_en            varchar  its name in English, where it has one
--   territory_name     varchar  its territory
--   territory_name_en  varchar  the territory's name in English, where it has one
--   match_count        bigint   how many match in all
with wanted as (
    select
        part,
        string_split_regex(part, '\s+') as words,
        -- pinyin is written without signs, and an apostrophe or a space between syllables is nothing
        case when regexp_full_match(part, '[a-z0-9'' -]{2,}') then regexp_replace(part, '[^a-z0-9]', '', 'g') else '' end as spelled
    from (select trim(searched_name($part::varchar)) as part) as typed
),
written as (
    select
        *,
        concat_ws(' ', searched, searched_en, searched_id) as everything
    from search_names
),
matched as (
    select
        written.*,
        wanted.part in (written.searched, written.searched_en, written.searched_id) as is_whole,
        coalesce(starts_with(written.searched, wanted.part) or starts_with(written.searched_en, wanted.part), false) as is_start,
        contains(written.everything, wanted.part) as is_written,
        coalesce(
            wanted.spelled <> '' and (starts_with(written.pinyin, wanted.spelled) or starts_with(written.initials, wanted.spelled)),
            false
        ) as is_spelled_start
    from written
    cross join wanted
    where wanted.part <> ''
        and len(list_filter(
            wanted.words,
            lambda word: not (
                contains(written.everything, word)
                or (
                    regexp_full_match(word, '[a-z0-9''-]{2,}')
                    and coalesce(
                        contains(written.pinyin, regexp_replace(word, '[^a-z0-9]', '', 'g'))
                        or contains(written.initials, regexp_replace(word, '[^a-z0-9]', '', 'g')),
                        false
                    )
                )
            )
        )) = 0
),
named as (
    select
        matched.*,
        coalesce(terminals.name, distributors.name, manufacturers.name) as name,
        coalesce(terminals.name_en, distributors.name_en, manufacturers.name_en) as name_en,
        coalesce(terminals.territory_id, distributors.territory_id) as territory_id
    from matched
    left join terminals on matched.kind = 'terminal' and terminals.terminal_id = matched.party_id
    left join distributors on matched.kind = 'distributor' and distributors.distributor_id = matched.party_id
    left join manufacturers on matched.kind = 'manufacturer' and manufacturers.manufacturer_id = matched.party_id
    where coalesce(terminals.name, distributors.name, manufacturers.name) is not null
)
select
    named.kind || ':' || named.party_id as node_id,
    named.kind,
    named.name,
    named.name_en,
    territories.name as territory_name,
    territories.name_en as territory_name_en,
    count(*) over () as match_count
from named
left join territories on territories.territory_id = named.territory_id
order by
    coalesce(named.is_whole, false) desc,
    named.is_start desc,
    named.is_spelled_start desc,
    named.is_written desc,
    case named.kind
        when 'manufacturer' then 1
        when 'distributor' then 2
        else 3
    end,
    length(named.name),
    named.name,
    named.party_id
limit $row_limit::bigint
