-- Every activity of the company that is over, its region, and what is estimated of it: whether a kind that worked in one
-- region was repeated in another. Whatever the filters: a kind is judged by everything that is known about it.
-- grain: one row an activity, the earliest first
-- columns:
--   activity_id     varchar  the activity
--   kind            varchar  its kind
--   starts_on       date     first day
--   unit_id         varchar  its region; empty for none
--   unit_name       varchar  name of the region; empty for none
--   log_lift        double   its own lift on the log scale; empty where it cannot be estimated
--   log_lift_error  double   standard deviation of that
--   is_share_asked  boolean  whether sharing what was learnt is one of its steps
--   is_shared       boolean  whether that step is done
with sharing as (
    select
        activity_id,
        bool_or(done_on is not null) as is_shared
    from activity_steps
    where step = 'share'
    group by activity_id
)
select
    activities.activity_id,
    activities.kind,
    activities.starts_on,
    coalesce(territory_places.region_id, '') as unit_id,
    coalesce(territories.name, '') as unit_name,
    case when activity_effects.status <> 'not_enough_data' then activity_effects.log_lift end as log_lift,
    case when activity_effects.status <> 'not_enough_data' then activity_effects.log_lift_error end as log_lift_error,
    sharing.activity_id is not null as is_share_asked,
    coalesce(sharing.is_shared, false) as is_shared
from activities
cross join workspace
left join territory_places on territory_places.territory_id = activities.territory_id
left join territories on territories.territory_id = territory_places.region_id
left join activity_effects on activity_effects.activity_id = activities.activity_id
left join sharing on sharing.activity_id = activities.activity_id
where activities.starts_on <= workspace.data_through_on
    and coalesce(activities.status, '') <> 'cancelled'
order by activities.starts_on, activities.activity_id
