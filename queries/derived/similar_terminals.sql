-- The terminals most like each open terminal, found at publish: the twenty nearest in size of its kind, level and region.
-- Where fewer than sixty share the region the region is left out, then the level, then the kind. Size is the potential where
-- known, else what is bought.
-- grain: one row a terminal and a terminal like it
-- columns:
--   terminal_id  varchar  the terminal
--   similar_id   varchar  one like it
--   place        integer  1 for the nearest in size
--   group_code   varchar  what they share: region (with level and kind), level (with kind), kind, or all for nothing
--   group_count  bigint   terminals open throughout the twelve months that share it
select
    terminal_id,
    similar_id,
    place,
    group_code,
    group_count
from stored.similar_terminals
where may_see_terminal(terminal_id) and may_see_terminal(similar_id)
