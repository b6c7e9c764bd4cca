-- Terminals like one terminal, as found at publish: the same whose purchases are the evidence for white space. What they
-- bought in the window, how much larger they are, and how much of the mix of product lines they have in common with it.
-- grain: one row a similar terminal, the nearest in size first
-- parameters:
--   terminal  varchar  ''  the terminal
-- columns:
--   terminal_id     varchar        the similar terminal
--   terminal_name   varchar        its name
--   territory_name  varchar        its territory
--   sales_amount    decimal(38,2)  pure sales of the window
--   own_amount      decimal(38,2)  pure sales of the terminal itself
--   product_count   bigint         products bought, net above zero
--   size_ratio      double         its size over the size of the terminal: potentials where both have one, else sales; empty without
--   mix_share       double         share of the mix of product lines both have in common; empty where the terminal bought nothing
--   group_code      varchar        what they share: region (with level and kind), level (with kind), kind, or all for nothing
--   group_count     bigint         how many such terminals there are
with likes as (
    select *
    from similar_terminals
    where terminal_id = $terminal::varchar
),
looked_at as (
    select similar_id as terminal_id from likes
    union all
    select $terminal::varchar
),
items as (
    select
        terminal_id,
        product_id,
        any_value(product_line) as product_line,
        sum(sales_amount) as sales_amount
    from selected_sales([]::varchar[], $manufacturers, $product_lines, []::varchar[])
    where sales_month >= $period_start::date
        and sales_month < $period_end::date
        and terminal_id in (select looked_at.terminal_id from looked_at)
    group by terminal_id, product_id
),
bought as (
    select
        terminal_id,
        sum(sales_amount) as sales_amount,
        count(case when sales_amount > 0 then 1 end) as product_count
    from items
    group by terminal_id
),
mixes as (
    select
        terminal_id,
        product_line,
        (bought_amount / nullif(sum(bought_amount) over (partition by terminal_id), 0))::double as line_share
    from (
        select
            terminal_id,
            product_line,
            greatest(sum(sales_amount), 0) as bought_amount
        from items
        group by terminal_id, product_line
    ) as amounts
),
in_common as (
    select
        theirs.terminal_id,
        sum(least(theirs.line_share, own.line_share)) as mix_share
    from mixes as theirs
    join mixes as own on own.terminal_id = $terminal::varchar and own.product_line is not distinct from theirs.product_line
    group by theirs.terminal_id
),
sized as (
    select
        terminal_id,
        max(potential_amount) as potential_amount
    from (
        select
            terminal_id,
            year,
            coalesce(
                sum(case when coalesce(product_line, '') = '' then potential_amount end),
                sum(potential_amount)
            ) as potential_amount
        from potentials
        where terminal_id in (select looked_at.terminal_id from looked_at)
        group by terminal_id, year
    ) as yearly
    group by terminal_id
),
own as (
    select
        max(bought.sales_amount) as sales_amount,
        max(sized.potential_amount) as potential_amount
    from (select $terminal::varchar as terminal_id) as asked
    left join bought on bought.terminal_id = asked.terminal_id
    left join sized on sized.terminal_id = asked.terminal_id
)
select
    likes.similar_id as terminal_id,
    institutions.name as terminal_name,
    territories.name as territory_name,
    coalesce(bought.sales_amount, 0)::decimal(38, 2) as sales_amount,
    coalesce(own.sales_amount, 0)::decimal(38, 2) as own_amount,
    coalesce(bought.product_count, 0) as product_count,
    case
        when own.potential_amount > 0 and sized.potential_amount > 0
            then (sized.potential_amount / own.potential_amount)::double
        when own.sales_amount > 0 and bought.sales_amount > 0 then (bought.sales_amount / own.sales_amount)::double
    end as size_ratio,
    case when own.sales_amount > 0 then coalesce(in_common.mix_share, 0) end as mix_share,
    likes.group_code,
    likes.group_count
from likes
cross join own
join terminals as institutions on institutions.terminal_id = likes.similar_id
left join bought on bought.terminal_id = likes.similar_id
left join sized on sized.terminal_id = likes.similar_id
left join in_common on in_common.terminal_id = likes.similar_id
left join territories on territories.territory_id = institutions.territory_id
order by likes.place
