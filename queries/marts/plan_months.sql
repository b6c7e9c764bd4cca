-- The company's plan (指标) by month and territory, every level of the tree with the whole company on top.
-- A territory's plan is its own target where one is given, else the sum of its parts. One kind of holder carries the plan
-- of a month: territories where they have targets, else reps (without managers' roll-ups), else distributors, else terminals.
-- Only the pure sales that lie where the targets are count towards it: with targets in some parts, or for some lines, the
-- others' sales would make it look easier than it is. A place counts where every smallest territory at or below it lies in
-- one with a target, so what has no territory counts where the whole tree does; of distributors' and terminals' targets
-- their own sales count.
-- grain: one row a month, measure, territory and product line
-- columns:
--   plan_month             date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   territory_id           varchar        the territory; empty for the whole company
--   product_line           varchar        product line; empty for all lines together
--   target_amount          decimal(38,2)  target value of the month
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data, by working days
--   holder_kind            varchar        who holds the targets it is made of
--   version                integer        highest version in force among them
--   is_given               boolean        whether the target is the territory's own, not a sum of parts
--   covered_amount         decimal(38,2)  pure sales of the month that the target is for; empty for sell-in
--   covered_to_day_amount  decimal(38,2)  those of the days up to the day of the month the data end on
with carriers as (
    select
        plan_month,
        measure,
        case min(case holder_kind when 'territory' then 1 when 'rep' then 2 when 'distributor' then 3 else 4 end)
            when 1 then 'territory' when 2 then 'rep' when 3 then 'distributor' else 'terminal'
        end as holder_kind
    from holder_plan_months
    where not is_roll_up
    group by plan_month, measure
),
given as (
    select
        holder_plan_months.plan_month,
        holder_plan_months.measure,
        coalesce(territories.territory_id, '') as territory_id,
        holder_plan_months.product_line,
        holder_plan_months.holder_kind,
        sum(holder_plan_months.target_amount) as target_amount,
        max(holder_plan_months.version) as version
    from holder_plan_months
    join carriers
        on carriers.plan_month = holder_plan_months.plan_month
        and carriers.measure = holder_plan_months.measure
        and carriers.holder_kind = holder_plan_months.holder_kind
    left join territories on territories.territory_id = holder_plan_months.territory_id
    where not holder_plan_months.is_roll_up
    group by
        holder_plan_months.plan_month, holder_plan_months.measure, coalesce(territories.territory_id, ''),
        holder_plan_months.product_line, holder_plan_months.holder_kind
),
-- a given target counts for a territory above it unless one in between, or that territory's own, says otherwise
counted as (
    select
        given.plan_month,
        given.measure,
        above.ancestor_id as territory_id,
        given.product_line,
        given.holder_kind,
        given.target_amount,
        given.version,
        above.distance = 0 as is_given,
        given.territory_id as given_id
    from given
    join territory_closure as above on above.territory_id = given.territory_id
    where not exists (
        select 1
        from given as nearer
        join territory_closure as over_given
            on over_given.ancestor_id = nearer.territory_id
            and over_given.territory_id = given.territory_id
            and over_given.distance > 0
        join territory_closure as under_above
            on under_above.territory_id = nearer.territory_id
            and under_above.ancestor_id = above.ancestor_id
        where nearer.plan_month = given.plan_month
            and nearer.measure = given.measure
            and nearer.product_line = given.product_line
            and nearer.holder_kind = 'territory'
            and nearer.territory_id <> ''
    )
),
sold as (
    select
        sales_months.sales_month,
        coalesce(territories.territory_id, '') as place_id,
        coalesce(sales_months.product_line, '') as sold_line,
        sales_months.distributor_id,
        sales_months.terminal_id,
        sum(sales_months.sales_amount) as sales_amount,
        sum(sales_months.to_day_amount) as to_day_amount
    from sales_months
    left join territories on territories.territory_id = sales_months.territory_id
    group by
        sales_months.sales_month, coalesce(territories.territory_id, ''), coalesce(sales_months.product_line, ''),
        sales_months.distributor_id, sales_months.terminal_id
),
sold_lines as (
    select distinct
        sales_month,
        sold_line
    from sold
),
-- the lines a holder's target is for: its own, those it is the sum of, or every line
meant as (
    select
        held.plan_month,
        held.holder_kind,
        held.holder_id,
        coalesce(territories.territory_id, '') as given_id,
        held.product_line,
        sold_lines.sold_line
    from holder_plan_months as held
    join carriers
        on carriers.plan_month = held.plan_month
        and carriers.measure = held.measure
        and carriers.holder_kind = held.holder_kind
    join sold_lines on sold_lines.sales_month = held.plan_month
    left join territories on territories.territory_id = held.territory_id
    left join holder_plan_months as lined
        on lined.plan_month = held.plan_month
        and lined.measure = held.measure
        and lined.holder_kind = held.holder_kind
        and lined.holder_id = held.holder_id
        and lined.product_line = sold_lines.sold_line
        and lined.product_line <> ''
    where held.measure = 'pure_sales'
        and not held.is_roll_up
        and case
            when held.is_summed then lined.holder_id is not null
            else held.product_line in ('', sold_lines.sold_line)
        end
),
smallest as (
    select territory_id
    from territories
    where territory_id not in (select parts.parent_id from territories as parts where parts.parent_id is not null)
),
-- the smallest territories under a plan that lie in none with a target, line by line
bare as (
    select
        planned.plan_month,
        planned.territory_id,
        planned.product_line,
        sold_lines.sold_line,
        smallest.territory_id as smallest_id
    from (
        select distinct plan_month, territory_id, product_line
        from counted
        where measure = 'pure_sales' and holder_kind in ('territory', 'rep')
    ) as planned
    join sold_lines
        on sold_lines.sales_month = planned.plan_month and planned.product_line in ('', sold_lines.sold_line)
    join territory_closure as below on below.ancestor_id = planned.territory_id
    join smallest on smallest.territory_id = below.territory_id
    except
    select
        counted.plan_month,
        counted.territory_id,
        counted.product_line,
        meant.sold_line,
        inside.territory_id as smallest_id
    from counted
    join meant
        on meant.plan_month = counted.plan_month
        and meant.given_id = counted.given_id
        and meant.product_line = counted.product_line
    join territory_closure as inside on inside.ancestor_id = counted.given_id
    where counted.measure = 'pure_sales'
),
left_out as (
    select distinct
        bare.plan_month,
        bare.territory_id,
        bare.product_line,
        bare.sold_line,
        over_bare.ancestor_id as place_id
    from bare
    join territory_closure as over_bare on over_bare.territory_id = bare.smallest_id
    join territory_closure as under_plan
        on under_plan.ancestor_id = bare.territory_id
        and under_plan.territory_id = over_bare.ancestor_id
),
counted_sales as (
    select
        sold.sales_month,
        sold.place_id,
        plan_lines.product_line,
        sold.sold_line,
        sum(sold.sales_amount) as sales_amount,
        sum(sold.to_day_amount) as to_day_amount
    from sold
    join (
        select distinct plan_month, product_line from given where measure = 'pure_sales' and holder_kind in ('territory', 'rep')
    ) as plan_lines on plan_lines.plan_month = sold.sales_month and plan_lines.product_line in ('', sold.sold_line)
    group by sold.sales_month, sold.place_id, plan_lines.product_line, sold.sold_line
    union all
    select
        sold.sales_month,
        sold.place_id,
        meant.product_line,
        sold.sold_line,
        sum(sold.sales_amount) as sales_amount,
        sum(sold.to_day_amount) as to_day_amount
    from sold
    join meant
        on meant.plan_month = sold.sales_month
        and meant.sold_line = sold.sold_line
        and meant.holder_id = case meant.holder_kind when 'distributor' then sold.distributor_id when 'terminal' then sold.terminal_id end
    group by sold.sales_month, sold.place_id, meant.product_line, sold.sold_line
),
covered as (
    select
        counted_sales.sales_month as plan_month,
        below.ancestor_id as territory_id,
        counted_sales.product_line,
        sum(counted_sales.sales_amount) as covered_amount,
        sum(counted_sales.to_day_amount) as covered_to_day_amount
    from counted_sales
    join territory_closure as below on below.territory_id = counted_sales.place_id
    left join left_out
        on left_out.plan_month = counted_sales.sales_month
        and left_out.territory_id = below.ancestor_id
        and left_out.product_line = counted_sales.product_line
        and left_out.sold_line = counted_sales.sold_line
        and left_out.place_id = counted_sales.place_id
    where left_out.place_id is null
    group by counted_sales.sales_month, below.ancestor_id, counted_sales.product_line
)
select
    counted.plan_month,
    counted.measure,
    counted.territory_id,
    counted.product_line,
    sum(counted.target_amount) as target_amount,
    cast(
        sum(
            case
                when counted.plan_month < workspace.data_month then counted.target_amount
                when counted.plan_month > workspace.data_month then 0
                when workspace.is_month_complete then counted.target_amount
                else counted.target_amount * workspace.elapsed_days / workspace.working_days
            end
        ) as decimal(38, 2)
    ) as target_to_date_amount,
    max(counted.holder_kind) as holder_kind,
    max(counted.version) as version,
    bool_and(counted.is_given) as is_given,
    case when counted.measure = 'pure_sales' then coalesce(any_value(covered.covered_amount), 0) end as covered_amount,
    case when counted.measure = 'pure_sales' then coalesce(any_value(covered.covered_to_day_amount), 0) end as covered_to_day_amount
from counted
cross join workspace
left join covered
    on covered.plan_month = counted.plan_month
    and covered.territory_id = counted.territory_id
    and covered.product_line = counted.product_line
group by counted.plan_month, counted.measure, counted.territory_id, counted.product_line
order by plan_month, measure, territory_id, product_line
