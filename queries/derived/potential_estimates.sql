-- What a terminal could buy in a year, estimated at publish where nobody supplied a potential: never below what it buys.
-- grain: one row a terminal and product line, and one with an empty line for all lines together
-- columns:
--   terminal_id            varchar        the terminal
--   product_line           varchar        product line; empty for all lines together
--   bought_amount          decimal(38,2)  what it bought in the last twelve whole months, net of returns; of fewer months, as much a year
--   potential_amount       decimal(38,2)  the estimate
--   potential_low_amount   decimal(38,2)  lower end of its range
--   potential_high_amount  decimal(38,2)  upper end
--   peer_count             bigint         similar terminals it rests on
--   is_learnt              boolean        learnt from known potentials, its range tested; else a high quantile of what similar terminals buy
select
    terminal_id,
    product_line,
    bought_amount,
    potential_amount,
    potential_low_amount,
    potential_high_amount,
    peer_count,
    is_learnt
from stored.potential_estimates
where may_see_terminal(terminal_id)
