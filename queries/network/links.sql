-- Every link of the channel in the period, for the drawing of the whole: makers to distributors (sell-in), distributors to
-- one another (transfers), and to every terminal (pure sales). Terminals beyond the limit, the least buying, are taken
-- together by the seller that supplies most of what they buy.
-- A territory filter speaks of the receiving party; a distributor filter keeps what it ships and what it receives.
-- grain: one row a stage, seller and buyer
-- parameters:
--   terminal_limit  bigint  30000  most terminals named one by one
-- columns:
--   stage        varchar        sell_in, implied (where no sell-in of the maker is recorded), transfer or pure_sales
--   source_id    varchar        who ships: manufacturer:M1 or distributor:D1
--   target_id    varchar        who receives: distributor:D1, terminal:T1 or others: with the seller they mainly buy from
--   link_amount  decimal(38,2)  value, net of returns
select
    stage,
    source_id,
    shown_id as target_id,
    cast(sum(link_amount) as decimal(38, 2)) as link_amount
from drawn_links(
    $period_start, $period_end, $territories, $manufacturers, $product_lines, $distributors, $terminal_limit
)
group by stage, source_id, shown_id
order by stage, source_id, target_id
