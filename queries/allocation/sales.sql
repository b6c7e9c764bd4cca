-- Sales of each territory with all below it, by month and line and for all lines, of both measures that targets are for.
-- grain: one row a month, measure, territory and product line
-- columns:
--   sales_month   date           first day of the month
--   measure       varchar        pure_sales or sell_in
--   territory_id  varchar        the territory
--   product_line  varchar        product line; empty for all lines together
--   sales_amount  decimal(38,2)  sales of the month
with edges as (
    select
        flow_month,
        stage,
        territory_id,
        coalesce(product_line, '') as product_line,
        sum(flow_amount) as flow_amount
    from edge_months
    where stage in ('pure_sales', 'sell_in')
    group by flow_month, stage, territory_id, coalesce(product_line, '')
)
select
    edges.flow_month as sales_month,
    edges.stage as measure,
    above.ancestor_id as territory_id,
    case when grouping(edges.product_line) = 1 then '' else edges.product_line end as product_line,
    sum(edges.flow_amount) as sales_amount
from edges
join territory_closure as above on above.territory_id = edges.territory_id
group by grouping sets (
    (edges.flow_month, edges.stage, above.ancestor_id, edges.product_line),
    (edges.flow_month, edges.stage, above.ancestor_id)
)
having grouping(edges.product_line) = 1 or edges.product_line <> ''
order by sales_month, measure, territory_id, product_line
