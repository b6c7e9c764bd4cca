-- The unit below the chosen territory that each territory stands in: a unit within another counts in the nearer one.
create macro units_over_territories(chosen_territories) as table
    select
        closure.territory_id,
        arg_min(units.unit_id, closure.distance) as unit_id
    from compared_units(chosen_territories) as units
    join territory_closure as closure on closure.ancestor_id = units.unit_id
    group by closure.territory_id;
