-- Activities of the twelve months to the last day of the period whose cost is in nobody's effort: no terminal is known to have
-- come. And how many that somebody came to have no cost.
-- grain: one row
-- columns:
--   activity_count      bigint         activities held in those months, cancelled ones left out
--   listless_count      bigint         of them, those without any terminal that came
--   listless_amount     decimal(38,2)  what those cost
--   costless_count      bigint         those with terminals that came but without a cost, actual or committed
with span as (
    select
        cast($period_end::date - interval 12 month as date) as from_on,
        end_of_view($period_end, null) as until_on
),
held_activities as (
    select activities.activity_id
    from activities
    cross join span
    where activities.starts_on >= span.from_on
        and activities.starts_on < span.until_on
        and coalesce(activities.status, '') <> 'cancelled'
        and (activities.product_line is null or in_list($product_lines, activities.product_line))
        and in_territories($territories, activities.territory_id)
),
guests as (
    select distinct activity_id
    from took_part()
),
costs as (
    select
        activity_id,
        sum(coalesce(actual_amount, committed_amount)) as cost_amount
    from activity_costs
    group by activity_id
)
select
    count(*) as activity_count,
    count(*) filter (where guests.activity_id is null) as listless_count,
    coalesce(sum(costs.cost_amount) filter (where guests.activity_id is null), 0)::decimal(38, 2) as listless_amount,
    count(*) filter (where guests.activity_id is not null and costs.cost_amount is null) as costless_count
from held_activities
left join guests on guests.activity_id = held_activities.activity_id
left join costs on costs.activity_id = held_activities.activity_id
