-- Territories' plans under a choice of lines, with those handed down to the territories that were given none.
create macro territory_plans(manufacturers, product_lines, distributors) as table
    select
        plan_months.plan_month,
        plan_months.measure,
        plan_months.territory_id,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        sum(plan_months.covered_amount) as covered_amount,
        sum(plan_months.covered_to_day_amount) as covered_to_day_amount,
        max(plan_months.version) as version,
        false as is_allocated,
        '' as basis
    from plan_months
    join planned_lines(manufacturers, product_lines) as lines on lines.product_line = plan_months.product_line
    where len(distributors::varchar[]) = 0
    group by plan_months.plan_month, plan_months.measure, plan_months.territory_id
    union all
    select
        handed.plan_month,
        handed.measure,
        handed.territory_id,
        sum(handed.target_amount) as target_amount,
        sum(
            case
                when handed.plan_month < workspace.data_month then handed.target_amount
                when handed.plan_month > workspace.data_month then 0
                when workspace.is_month_complete then handed.target_amount
                else handed.target_amount * workspace.elapsed_days / workspace.working_days
            end
        )::decimal(38, 2) as target_to_date_amount,
        null as covered_amount,
        null as covered_to_day_amount,
        max(handed.version) as version,
        true as is_allocated,
        max(handed.basis) as basis
    from allocated_plan_months as handed
    join planned_lines(manufacturers, product_lines) as lines on lines.product_line = handed.product_line
    cross join workspace
    where len(distributors::varchar[]) = 0
    group by handed.plan_month, handed.measure, handed.territory_id;
-- Distributors' own targets under a choice of lines; under a choice of territories there are none, for a target is for all
-- that a distributor sells.
create macro distributor_plans(territories, manufacturers, product_lines, distributors) as table
    select holder_plan_months.*
    from holder_plan_months
    join planned_lines(manufacturers, product_lines) as lines on lines.product_line = holder_plan_months.product_line
    where holder_plan_months.holder_kind = 'distributor'
        and not holder_plan_months.is_roll_up
        and in_list(distributors, holder_plan_months.holder_id)
        and len(territories::varchar[]) = 0;
-- The whole's plan under the filters by month and measure: of the topmost chosen territories, given or handed down, or of
-- the chosen distributors.
create macro whole_plans(territories, manufacturers, product_lines, distributors) as table
    select
        plans.plan_month,
        plans.measure,
        sum(plans.target_amount) as target_amount,
        sum(plans.target_to_date_amount) as target_to_date_amount,
        sum(plans.covered_amount) as covered_amount,
        sum(plans.covered_to_day_amount) as covered_to_day_amount,
        max(plans.version) as version,
        bool_or(plans.is_allocated) as is_allocated,
        max(plans.basis) as basis
    from territory_plans(manufacturers, product_lines, distributors) as plans
    join topmost_territories(territories) as chosen on chosen.territory_id = plans.territory_id
    group by plans.plan_month, plans.measure
    union all
    select
        held.plan_month,
        held.measure,
        sum(held.target_amount) as target_amount,
        sum(held.target_to_date_amount) as target_to_date_amount,
        sum(held.covered_amount) as covered_amount,
        sum(held.covered_to_day_amount) as covered_to_day_amount,
        max(held.version) as version,
        false as is_allocated,
        '' as basis
    from distributor_plans(territories, manufacturers, product_lines, distributors) as held
    where len(distributors::varchar[]) > 0
    group by held.plan_month, held.measure;
-- The units of the managers' level: the people below the one chosen; at the top those without a manager, or, where a
-- single one of them leads people, those below that one. Everybody else at the top goes together under '-'.
create macro compared_managers(manager) as table
    with tops as (
        select
            reps.rep_id,
            exists (select 1 from rep_closure where rep_closure.ancestor_id = reps.rep_id and rep_closure.distance > 0) as leads
        from reps
        where not exists (select 1 from rep_closure where rep_closure.rep_id = reps.rep_id and rep_closure.distance > 0)
    ),
    nodes as (
        select case when manager <> '' then manager when count(*) filter (where leads) = 1 then max(rep_id) filter (where leads) end as node_id
        from tops
    )
    select
        below.ancestor_id as unit_id,
        below.rep_id
    from nodes
    join rep_closure as under_node on under_node.ancestor_id = nodes.node_id and under_node.distance = 1
    join rep_closure as below on below.ancestor_id = under_node.rep_id
    union all
    select nodes.node_id, nodes.node_id
    from nodes
    where nodes.node_id is not null
    union all
    select below.ancestor_id, below.rep_id
    from nodes
    join tops on nodes.node_id is null and tops.leads
    join rep_closure as below on below.ancestor_id = tops.rep_id
    union all
    select '-', tops.rep_id
    from nodes
    join tops on manager = '' and not tops.leads;
