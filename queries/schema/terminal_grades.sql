-- Grades of terminals over time (客户分级).
-- grain: one row a terminal and period
-- key: terminal_id, valid_from
-- required: terminal_id, grade, valid_from
-- refers: terminal_id to terminals
-- columns:
--   terminal_id  varchar  the terminal
--   grade        varchar  A, B, C …
--   valid_from   date     first day of the grade
--   valid_to     date     first day it no longer holds; empty while it holds
select
    terminal_id,
    grade,
    valid_from,
    valid_to
from stored.terminal_grades
where may_see_terminal(terminal_id)
