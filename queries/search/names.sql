-- Everybody's name as it is searched, from which the spelling of Chinese names is worked out when data are published.
-- grain: one row a manufacturer, distributor or terminal
-- columns:
--   kind         varchar  manufacturer, distributor or terminal
--   party_id     varchar  its id
--   searched     varchar  its name in small letters, half width, without accents
--   searched_en  varchar  its name in English the same way
--   searched_id  varchar  its id the same way
with parties as (
    select
        'manufacturer' as kind,
        manufacturer_id as party_id,
        name,
        name_en
    from manufacturers
    union all
    select
        'distributor' as kind,
        distributor_id as party_id,
        name,
        name_en
    from distributors
    union all
    select
        'terminal' as kind,
        terminal_id as party_id,
        name,
        name_en
    from terminals
)
select
    kind,
    party_id,
    searched_name(name) as searched,
    searched_name(name_en) as searched_en,
    searched_name(party_id) as searched_id
from parties
order by kind, party_id
