-- The company's plan (指标) by month and territory, every level of the tree with the whole company on top.
-- A territory's plan is its own target where one is given, else the sum of its parts. One kind of holder carries the plan:
-- territories where they have targets, else reps (without managers' roll-ups), else distributors, else terminals.
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
with carriers as (
    select
        measure,
        case min(case holder_kind when 'territory' then 1 when 'rep' then 2 when 'distributor' then 3 else 4 end)
            when 1 then 'territory' when 2 then 'rep' when 3 then 'distributor' else 'terminal'
        end as holder_kind
    from holder_plan_months
    group by measure
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
        on carriers.measure = holder_plan_months.measure
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
        above.distance = 0 as is_given
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
    bool_and(counted.is_given) as is_given
from counted
cross join workspace
group by counted.plan_month, counted.measure, counted.territory_id, counted.product_line
order by plan_month, measure, territory_id, product_line
