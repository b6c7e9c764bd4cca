-- What terminals would have to find elsewhere if distributors fell away: sales through those, and through others as far as
-- their goods came through those. A link counts where a terminal bought from a seller, net above zero; a link's part is
-- divided over product lines by what was bought of each, to the cent.
-- grain: one row a terminal and product line that loses something
-- parameters:
--   removed      varchar[]  []  distributors taken away
--   lost_ids     varchar[]  []  those and all distributors that lose supply with them
--   lost_shares  double[]   []  share of the supply that each of these loses, 1 for all of it
-- columns:
--   terminal_id      varchar        the terminal
--   terminal_name    varchar        its name
--   type             varchar        kind of institution
--   territory_id     varchar        its territory on the last day of data
--   territory_name   varchar        its name
--   area_id          varchar        the province, or the territory where there is no such level
--   city             varchar        its city, or where none is said its territory
--   product_line     varchar        product line; empty where products have none
--   stranded_amount  decimal(38,2)  pure sales that lose their source
--   removed_amount   decimal(38,2)  of which sold by the distributors taken away
--   terminal_amount  decimal(38,2)  all that the terminal buys, every line and seller
--   server_ids       varchar[]      distributors that still supply the terminal
--   is_cut_off       boolean        whether nobody is left that supplies the terminal
with lost as (
    select
        unnest($lost_ids::varchar[]) as distributor_id,
        unnest($lost_shares::double[]) as lost_share
),
bought as (
    select
        terminal_id,
        seller_id,
        distributor_id,
        coalesce(product_line, '') as product_line,
        sum(sales_amount) as line_amount
    from selected_sales($territories, $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date and sales_month < $period_end::date
    group by terminal_id, seller_id, distributor_id, coalesce(product_line, '')
),
links as (
    select
        bought.terminal_id,
        bought.seller_id,
        bought.distributor_id,
        coalesce(max(lost.lost_share), 0) as lost_share,
        sum(bought.line_amount) as link_amount,
        sum(greatest(bought.line_amount, 0)) as gross_amount
    from bought
    left join lost on lost.distributor_id = bought.distributor_id
    group by bought.terminal_id, bought.seller_id, bought.distributor_id
    having sum(bought.line_amount) > 0
),
standing as (
    select
        terminal_id,
        sum(link_amount) as terminal_amount,
        coalesce(list(distributor_id order by distributor_id) filter (where distributor_id is not null and lost_share < 1), []) as server_ids,
        bool_and(lost_share >= 1) as is_cut_off
    from links
    group by terminal_id
    having max(lost_share) > 0
),
hit as (
    select
        terminal_id,
        seller_id,
        gross_amount,
        list_contains($removed::varchar[], distributor_id) as is_removed,
        cast(round(link_amount::double * lost_share, 2) as decimal(38, 2)) as hit_amount
    from links
    where lost_share > 0
),
-- each line takes the difference of two rounded running totals, so the lines of a link add up to it
running as (
    select
        hit.terminal_id,
        bought.product_line,
        hit.is_removed,
        hit.hit_amount,
        hit.gross_amount,
        bought.line_amount,
        sum(bought.line_amount) over (
            partition by hit.terminal_id, hit.seller_id order by bought.product_line rows unbounded preceding
        ) as running_amount
    from hit
    join bought on bought.terminal_id = hit.terminal_id and bought.seller_id = hit.seller_id
    where bought.line_amount > 0
),
parts as (
    select
        terminal_id,
        product_line,
        is_removed,
        cast(round(hit_amount::double * (running_amount / gross_amount), 2) as decimal(38, 2))
        - cast(round(hit_amount::double * ((running_amount - line_amount) / gross_amount), 2) as decimal(38, 2)) as part_amount
    from running
),
summed as (
    select
        terminal_id,
        product_line,
        sum(part_amount) as stranded_amount,
        sum(case when is_removed then part_amount else 0 end) as removed_amount
    from parts
    group by terminal_id, product_line
)
select
    summed.terminal_id,
    coalesce(terminals.name, summed.terminal_id) as terminal_name,
    terminals.type,
    terminals.territory_id,
    territories.name as territory_name,
    coalesce(territory_places.province_id, territory_places.territory_id) as area_id,
    coalesce(terminals.city, terminals.territory_id) as city,
    summed.product_line,
    cast(summed.stranded_amount as decimal(38, 2)) as stranded_amount,
    cast(summed.removed_amount as decimal(38, 2)) as removed_amount,
    cast(standing.terminal_amount as decimal(38, 2)) as terminal_amount,
    standing.server_ids,
    standing.is_cut_off
from summed
join standing on standing.terminal_id = summed.terminal_id
left join terminals on terminals.terminal_id = summed.terminal_id
left join territories on territories.territory_id = terminals.territory_id
left join territory_places on territory_places.territory_id = terminals.territory_id
order by summed.stranded_amount desc, summed.terminal_id, summed.product_line
