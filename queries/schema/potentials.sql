-- What a terminal could buy in a year (潜力).
-- grain: one row a terminal, product line and year
-- key: terminal_id, product_line, year
-- required: terminal_id, year, potential_amount
-- refers: terminal_id to terminals
-- allowed: source in survey, estimate
-- columns:
--   terminal_id       varchar        the terminal
--   product_line      varchar        product line; empty means all lines together
--   year              integer        calendar year
--   potential_amount  decimal(18,2)  what it could buy of the line in the year
--   source            varchar        survey or estimate
select
    terminal_id,
    product_line,
    year,
    potential_amount,
    source
from stored.potentials
where may_see_terminal(terminal_id)
