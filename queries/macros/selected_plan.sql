-- The plan under the filters: of the topmost chosen territories, of the chosen lines (a manufacturer stands for the
-- lines that are wholly its own), or of the chosen distributors. Territories and distributors together have no plan.
create macro topmost_territories(territories) as table
    select unnest(case when len(territories::varchar[]) = 0 then [''] else territories::varchar[] end) as territory_id
    except
    select closure.territory_id
    from territory_closure as closure
    where closure.distance > 0
        and list_contains(territories::varchar[], closure.ancestor_id)
        and list_contains(territories::varchar[], closure.territory_id);
create macro planned_lines(manufacturers, product_lines) as table
    select '' as product_line
    where len(manufacturers::varchar[]) = 0 and len(product_lines::varchar[]) = 0
    union all
    select products.product_line
    from products
    where (len(manufacturers::varchar[]) > 0 or len(product_lines::varchar[]) > 0)
        and products.product_line is not null
        and in_list(product_lines, products.product_line)
    group by products.product_line
    having bool_and(in_list(manufacturers, products.manufacturer_id));
create macro selected_plan(territories, manufacturers, product_lines, distributors) as table
    select
        plan_months.plan_month,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        max(plan_months.holder_kind) as holder_kind,
        max(plan_months.version) as version
    from plan_months
    join topmost_territories(territories) as chosen on chosen.territory_id = plan_months.territory_id
    join planned_lines(manufacturers, product_lines) as lines on lines.product_line = plan_months.product_line
    where plan_months.measure = 'pure_sales' and len(distributors::varchar[]) = 0
    group by plan_months.plan_month
    union all
    select
        holder_plan_months.plan_month,
        sum(holder_plan_months.target_amount) as target_amount,
        sum(holder_plan_months.target_to_date_amount) as target_to_date_amount,
        'distributor' as holder_kind,
        max(holder_plan_months.version) as version
    from holder_plan_months
    join planned_lines(manufacturers, product_lines) as lines on lines.product_line = holder_plan_months.product_line
    where holder_plan_months.measure = 'pure_sales'
        and holder_plan_months.holder_kind = 'distributor'
        and list_contains(distributors::varchar[], holder_plan_months.holder_id)
        and len(territories::varchar[]) = 0
    group by holder_plan_months.plan_month;
-- The territories a page compares: the regions; below one chosen territory its parts; of several chosen the topmost.
create macro compared_units(territories) as table
    select territory_places.territory_id as unit_id
    from territory_places
    where len(territories::varchar[]) = 0 and territory_places.region_id = territory_places.territory_id
    union all
    select territories_below.territory_id
    from territories as territories_below
    where len(territories::varchar[]) = 1 and territories_below.parent_id = (territories::varchar[])[1]
    union all
    select topmost.territory_id
    from topmost_territories(territories) as topmost
    where len(territories::varchar[]) > 1
        or (
            len(territories::varchar[]) = 1
            and not exists (select 1 from territories as below where below.parent_id = topmost.territory_id)
        );
