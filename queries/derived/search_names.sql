-- Names as they are searched, computed at publish: plain letters, and how Chinese is spelled. Whom a reader may not see he
-- does not find.
-- grain: one row a manufacturer, distributor or terminal
-- columns:
--   kind         varchar  manufacturer, distributor or terminal
--   party_id     varchar  its id
--   searched     varchar  its name in small letters, half width, without accents
--   searched_en  varchar  its name in English the same way; empty where it has none
--   searched_id  varchar  its id the same way
--   pinyin       varchar  the name with its Chinese spelled out (厦门 xiamen), letters and digits only; empty without Chinese
--   initials     varchar  the same with the first letter of each syllable (厦门 xm); empty without Chinese
select
    kind,
    party_id,
    searched,
    searched_en,
    searched_id,
    pinyin,
    initials
from stored.search_names
where kind = 'manufacturer'
    or (kind = 'distributor' and may_see_distributor(party_id))
    or (kind = 'terminal' and may_see_terminal(party_id))
