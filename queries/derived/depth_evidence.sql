-- How well white space and potentials of the whole company were found again when hidden, beside plain guesses; computed at
-- publish. A reader of a part sees the same figures: they hold nothing of any one terminal.
-- grain: one row a topic, method, measure and tenth
-- columns:
--   topic       varchar  whitespace or potential
--   method      varchar  peers (the estimate shown), popularity, neighbour or mean
--   measure     varchar  recall, reciprocal_rank, brier, predicted, observed; error, rank, coverage
--   tenth       integer  tenth of the hidden cells by chance, from 1; 0 for all
--   value_rate  double   the value
--   case_count  bigint   hidden cells behind it
select
    topic,
    method,
    measure,
    tenth,
    value_rate,
    case_count
from stored.depth_evidence
