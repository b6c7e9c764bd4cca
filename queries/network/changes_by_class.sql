-- What became of the links of the network since the period compared with, by stage: the classes' changes add up to the
-- change of the whole, to the cent. A link is there where it is net above zero; see macros/selected_link_changes.sql. Stages are
-- never added together: goods pass through several.
-- grain: one row a stage and class
-- parameters:
--   level_share  double  0.01  change up to this share of what a link was is no change
-- columns:
--   stage           varchar        sell_in, transfer or pure_sales
--   change_class    varchar        won, grown, level, shrunk, lost, unreported or returned
--   link_count      bigint         links, seller to buyer
--   base_amount     decimal(38,2)  value in the period compared with, like for like
--   current_amount  decimal(38,2)  value in the period
--   change_amount   decimal(38,2)  difference
with links as (
    select *
    from changed_links(
        $period_start, $period_end, $base_start, $base_end, $base_cut_month,
        $territories, $manufacturers, $product_lines, $distributors, $level_share
    )
)
select
    stage,
    change_class,
    count(*) as link_count,
    cast(sum(base_amount) as decimal(38, 2)) as base_amount,
    cast(sum(current_amount) as decimal(38, 2)) as current_amount,
    cast(sum(change_amount) as decimal(38, 2)) as change_amount
from links
group by stage, change_class
order by stage, change_class
