-- What activities have in common besides their kind, for effects by product line, region and owner.
-- grain: one row an activity that was not cancelled
-- columns:
--   activity_id   varchar  the activity
--   product_line  varchar  the line promoted; '' for all
--   territory     varchar  the region it lies in; '' for none
--   owner         varchar  manufacturer or distributor; '' where not said
select
    activities.activity_id,
    coalesce(activities.product_line, '') as product_line,
    coalesce(territory_places.region_id, '') as territory,
    case
        when activities.owner = 'manufacturer' or activities.owner in (select manufacturer_id from manufacturers) then 'manufacturer'
        when activities.owner is null then ''
        else 'distributor'
    end as owner
from activities
left join territory_places on territory_places.territory_id = activities.territory_id
where coalesce(activities.status, '') <> 'cancelled'
order by activities.activity_id
