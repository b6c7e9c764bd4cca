-- What open terminals do not buy, or far less than expected, that those like them do; estimated at publish.
-- grain: one row a terminal and product line, or a terminal and product where lines do not tell terminals apart
-- columns:
--   terminal_id           varchar        the terminal
--   product_line          varchar        the product line
--   product_id            varchar        the product; empty where the line is meant
--   start_product_id      varchar        product of the line that most terminals of the type buy; empty if none
--   is_few                boolean        bought, but below a quarter of what is expected; else not bought at all
--   bought_amount         decimal(38,2)  bought in the last twelve whole months; of fewer months, as much a year
--   adoption_rate         double         share of such terminals that buy it, by all that is known of this one
--   chance_rate           double         chance of an order within twelve months, as the year before came out
--   is_chance_dated       boolean        whether the past was long enough for that; else the chance is the adoption rate
--   value_amount          decimal(38,2)  twelve months of it beyond what is bought: the median of buyers like it in size
--   value_low_amount      decimal(38,2)  lower end of the 80% range
--   value_high_amount     decimal(38,2)  upper end
--   expected_amount       decimal(38,2)  chance times value
--   similar_bought_count  bigint         of the similar terminals nearest in size, those that buy it
--   similar_count         bigint         those similar terminals
--   peer_count            bigint         buyers whose purchases set the value
select
    terminal_id,
    product_line,
    product_id,
    start_product_id,
    is_few,
    bought_amount,
    adoption_rate,
    chance_rate,
    is_chance_dated,
    value_amount,
    value_low_amount,
    value_high_amount,
    expected_amount,
    similar_bought_count,
    similar_count,
    peer_count
from stored.whitespace
where may_see_terminal(terminal_id)
