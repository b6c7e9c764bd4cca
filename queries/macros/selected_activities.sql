-- Activities under the filters that begin in a span of days, and where the span reaches the end of the data those still to
-- come: cancelled and upcoming ones are marked, not left out. A line filter takes those that promote the line, a
-- manufacturer filter its own and those that promote a line of theirs, a distributor filter those it held or paid for.
create macro selected_activities(
    listed_from, listed_to, chosen_territories, chosen_manufacturers, chosen_product_lines, chosen_distributors
) as table
    select
        activities.*,
        greatest(coalesce(activities.ends_on, activities.starts_on), activities.starts_on) as ended_on,
        coalesce(activities.status, '') = 'cancelled' as is_cancelled,
        activities.starts_on > workspace.data_through_on as is_upcoming
    from activities
    cross join workspace
    where activities.starts_on >= listed_from::date
        and (activities.starts_on < listed_to::date or listed_to::date > workspace.data_through_on)
        and in_territories(chosen_territories, activities.territory_id)
        and in_list(chosen_product_lines, activities.product_line)
        and (
            len(chosen_manufacturers::varchar[]) = 0
            or activities.owner in (select unnest(chosen_manufacturers::varchar[]))
            or activities.product_line in (
                select products.product_line
                from products
                where list_contains(chosen_manufacturers::varchar[], products.manufacturer_id)
            )
        )
        and (
            in_list(chosen_distributors, activities.owner)
            or activities.activity_id in (
                select activity_costs.activity_id
                from activity_costs
                where list_contains(chosen_distributors::varchar[], activity_costs.payer)
            )
        );
