-- The plan under the filters: of the topmost chosen territories, of the chosen lines, or of the chosen distributors.
-- Targets are given by line, not by manufacturer: a choice of manufacturers has a plan only where it comes down to whole
-- lines, for sales of a part would stand against the target of all. Territories and distributors together have no plan.
-- A reader of some territories has those for the company: the topmost seen. One of some distributors has their targets.
create macro topmost_territories(territories) as table
    select unnest(case when len(territories::varchar[]) = 0 then [''] else territories::varchar[] end) as territory_id
    where len(territories::varchar[]) > 0 or coalesce(getvariable('sees_every_territory')::boolean, false)
    union all
    select seen.territory_id
    from territories as seen
    where len(territories::varchar[]) = 0
        and not coalesce(getvariable('sees_every_territory')::boolean, false)
        and (seen.parent_id is null or seen.parent_id not in (select above.territory_id from territories as above))
    except
    select closure.territory_id
    from territory_closure as closure
    where closure.distance > 0
        and list_contains(territories::varchar[], closure.ancestor_id)
        and list_contains(territories::varchar[], closure.territory_id);
create macro planned_lines(manufacturers, product_lines) as table
    with judged as (
        select
            product_line,
            in_list(manufacturers, manufacturer_id) and in_list(product_lines, product_line) as is_chosen
        from products
    ),
    lines as (
        select
            product_line,
            bool_or(is_chosen) as is_touched,
            bool_and(is_chosen) as is_whole
        from judged
        group by product_line
    ),
    choice as (
        select
            bool_and(is_whole) as is_everything,
            bool_or(is_touched and (product_line is null or not is_whole)) as has_parts
        from lines
    )
    select '' as product_line
    from choice
    where coalesce(choice.is_everything, true)
    union all
    select lines.product_line
    from lines
    cross join choice
    where lines.is_whole and not choice.is_everything and not choice.has_parts;
create macro selected_plan(territories, manufacturers, product_lines, distributors) as table
    select
        plan_months.plan_month,
        sum(plan_months.target_amount) as target_amount,
        sum(plan_months.target_to_date_amount) as target_to_date_amount,
        max(plan_months.holder_kind) as holder_kind,
        max(plan_months.version) as version,
        sum(plan_months.covered_amount) as covered_amount,
        sum(plan_months.covered_to_day_amount) as covered_to_day_amount
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
        max(holder_plan_months.version) as version,
        sum(holder_plan_months.covered_amount) as covered_amount,
        sum(holder_plan_months.covered_to_day_amount) as covered_to_day_amount
    from holder_plan_months
    join planned_lines(manufacturers, product_lines) as lines on lines.product_line = holder_plan_months.product_line
    where holder_plan_months.measure = 'pure_sales'
        and holder_plan_months.holder_kind = 'distributor'
        and not holder_plan_months.is_roll_up
        and (
            list_contains(distributors::varchar[], holder_plan_months.holder_id)
            or (
                len(distributors::varchar[]) = 0
                and not coalesce(getvariable('sees_every_distributor')::boolean, false)
            )
        )
        and len(territories::varchar[]) = 0
    group by holder_plan_months.plan_month;
-- The territories a page compares: the regions; below one chosen territory its parts; of several chosen the topmost. Where
-- the reader sees less than a region, the topmost seen stand for the regions.
create macro compared_units(territories) as table
    select territory_places.territory_id as unit_id
    from territory_places
    where len(territories::varchar[]) = 0 and territory_places.region_id = territory_places.territory_id
    union all
    select seen.territory_id
    from topmost_territories([]::varchar[]) as seen
    join territory_places on territory_places.territory_id = seen.territory_id
    where len(territories::varchar[]) = 0 and territory_places.region_id <> territory_places.territory_id
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
