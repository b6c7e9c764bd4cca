-- Which rep owns which terminal, and with what share of the credit.
-- grain: one row a terminal, rep, product line and period
-- key: terminal_id, rep_id, product_line, valid_from
-- required: terminal_id, rep_id, valid_from
-- refers: terminal_id to terminals; rep_id to reps
-- columns:
--   terminal_id   varchar  the terminal
--   rep_id        varchar  the rep
--   product_line  varchar  the line owned; empty means every line
--   credit_share  double   share of the credit, 0 to 1; empty means 1
--   valid_from    date     first day
--   valid_to      date     first day it no longer holds; empty while it holds
select
    terminal_id,
    rep_id,
    product_line,
    credit_share,
    valid_from,
    valid_to
from stored.assignments
where may_see_terminal(terminal_id)
