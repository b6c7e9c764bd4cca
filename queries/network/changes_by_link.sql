-- The links that changed most since the period compared with, at one stage, the largest first, won or lost alike.
-- grain: one row a seller and buyer
-- parameters:
--   stage        varchar  pure_sales  sell_in, transfer or pure_sales
--   party        varchar  ''          only links of this distributor or manufacturer, as seller or buyer; empty for all
--   level_share  double   0.01        change up to this share of what a link was is no change
--   row_limit    integer  100         most rows
-- columns:
--   seller_id       varchar        who ships
--   seller_name     varchar        its name
--   is_maker        boolean        whether the seller is a manufacturer
--   buyer_id        varchar        who receives
--   buyer_name      varchar        its name
--   is_terminal     boolean        whether the buyer is a terminal
--   territory_name  varchar        the buyer's territory today
--   change_class    varchar        won, grown, level, shrunk, lost, unreported or returned
--   base_amount     decimal(38,2)  value in the period compared with, like for like
--   current_amount  decimal(38,2)  value in the period
--   change_amount   decimal(38,2)  difference
with ranked as (
    select *
    from changed_links(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors, $level_share
    )
    where stage = $stage::varchar
        and change_class <> 'level'
        and ($party::varchar = '' or seller_id = $party::varchar or buyer_id = $party::varchar)
    order by abs(change_amount) desc, seller_id, buyer_id
    limit $row_limit::integer
)
select
    ranked.seller_id,
    coalesce(case when ranked.is_maker then manufacturers.name else sellers.name end, ranked.seller_id) as seller_name,
    ranked.is_maker,
    ranked.buyer_id,
    coalesce(terminals.name, buyers.name, ranked.buyer_id) as buyer_name,
    ranked.stage = 'pure_sales' as is_terminal,
    territories.name as territory_name,
    ranked.change_class,
    ranked.base_amount,
    ranked.current_amount,
    ranked.change_amount
from ranked
left join manufacturers on manufacturers.manufacturer_id = ranked.seller_id and ranked.is_maker
left join distributors as sellers on sellers.distributor_id = ranked.seller_id
left join distributors as buyers on buyers.distributor_id = ranked.buyer_id and ranked.stage <> 'pure_sales'
left join terminals on terminals.terminal_id = ranked.buyer_id and ranked.stage = 'pure_sales'
left join territories on territories.territory_id = coalesce(terminals.territory_id, buyers.territory_id)
order by abs(ranked.change_amount) desc, ranked.seller_id, ranked.buyer_id
