-- The reader's scope, applied under every table and mart. The warehouse sets four variables on the reader's cursor;
-- where they are unset nothing is visible.
create macro may_see_territory(territory_id) as (
    coalesce(getvariable('sees_every_territory')::boolean, false)
    or coalesce(list_contains(getvariable('seen_territories')::varchar[], territory_id), false)
);
create macro may_see_distributor(distributor_id) as (
    coalesce(getvariable('sees_every_distributor')::boolean, false)
    or coalesce(list_contains(getvariable('seen_distributors')::varchar[], distributor_id), false)
);
create macro may_see_terminal(terminal_id) as (
    coalesce(getvariable('sees_every_territory')::boolean, false)
    or terminal_id in (
        select visible.terminal_id from stored.terminals as visible where may_see_territory(visible.territory_id)
    )
);
create macro may_see_flow(seller_id, buyer_id) as (
    (
        coalesce(getvariable('sees_every_distributor')::boolean, false)
        or coalesce(list_contains(getvariable('seen_distributors')::varchar[], seller_id), false)
        or coalesce(list_contains(getvariable('seen_distributors')::varchar[], buyer_id), false)
    )
    and (
        coalesce(getvariable('sees_every_territory')::boolean, false)
        or buyer_id in (
            select visible.terminal_id from stored.terminals as visible where may_see_territory(visible.territory_id)
            union all
            select visible.distributor_id from stored.distributors as visible where may_see_territory(visible.territory_id)
        )
    )
);
-- A target is seen by who sees all the sales it is for: a territory's, a rep's or a terminal's by a reader of every
-- distributor, a distributor's by a reader of every territory.
create macro may_see_holder(holder_kind, holder_id) as (
    (coalesce(getvariable('sees_every_territory')::boolean, false) and coalesce(getvariable('sees_every_distributor')::boolean, false))
    or (
        holder_kind = 'distributor'
        and coalesce(getvariable('sees_every_territory')::boolean, false)
        and may_see_distributor(holder_id)
    )
    or (
        coalesce(getvariable('sees_every_distributor')::boolean, false)
        and (
            (holder_kind = 'territory' and may_see_territory(holder_id))
            or (holder_kind = 'terminal' and may_see_terminal(holder_id))
            or (
                holder_kind = 'rep'
                and holder_id in (select visible.rep_id from stored.reps as visible where may_see_territory(visible.territory_id))
            )
        )
    )
);
create macro may_see_activity(activity_id) as (
    coalesce(getvariable('sees_every_territory')::boolean, false)
    or activity_id in (
        select visible.activity_id from stored.activities as visible where may_see_territory(visible.territory_id)
    )
);
create macro may_see_visit(visit_id) as (
    coalesce(getvariable('sees_every_territory')::boolean, false)
    or visit_id in (select visible.visit_id from stored.visits as visible where may_see_terminal(visible.terminal_id))
);
create macro may_see_owner(owner) as (owner = 'manufacturer' or may_see_distributor(owner));
create macro shown_name(name, name_en) as (
    coalesce(case when getvariable('language')::varchar = 'en' then nullif(name_en, '') end, name)
);
