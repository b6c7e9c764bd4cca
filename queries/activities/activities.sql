-- The activities that began in the period and were not cancelled, with what they cost, what they are associated with and
-- how sure that is. Effects are estimated once, when data are published; the filters choose which activities are listed.
-- A line filter lists those that promoted the line, a manufacturer filter those that promoted a line of theirs, a
-- distributor filter those it held or paid for.
-- grain: one row an activity, the largest net gain by best estimate first
-- columns:
--   activity_id                varchar        the activity
--   starts_on                  date           first day
--   activity_name              varchar        its name
--   kind                       varchar        its kind
--   territory_id               varchar        its territory
--   territory_name             varchar        name of its territory
--   product_line               varchar        line promoted; empty means all
--   owner                      varchar        'manufacturer' or a distributor_id
--   owner_name                 varchar        name of the distributor that held it; empty for the manufacturer
--   is_attendance_known        boolean        whether anybody said who came; else the invited count as those who came
--   exposed_count              integer        terminals that took part
--   terminal_count             integer        those of them that could be used
--   attendee_count             bigint         people who came; empty where not said
--   cost_amount                decimal(38,2)  actual cost, committed where not settled; empty where unknown
--   unsettled_amount           decimal(38,2)  the part of it that is committed only
--   cost_manufacturer_amount   decimal(38,2)  the manufacturer's part; empty without a row
--   cost_distributor_amount    decimal(38,2)  the distributors' part; empty without a row
--   observed_amount            double         pure sales of the months after
--   expected_amount            double         what they would have been
--   incremental_amount         double         pure sales beyond what was expected
--   incremental_low_amount     double         … lower end of the 95% interval
--   incremental_high_amount    double         … upper end
--   incremental_low80_amount   double         … lower end of the 80% interval
--   incremental_high80_amount  double         … upper end
--   continuity_amount          double         small constant of the ratio
--   lift_rate                  double         incremental over expected
--   lift_low_rate              double         … lower end of the 95% interval
--   lift_high_rate             double         … upper end
--   shrunk_lift_rate           double         best estimate: drawn towards the mean of its kind
--   shrunk_low_rate            double         … lower end of the 95% interval
--   shrunk_high_rate           double         … upper end
--   shrunk_log_lift            double         the best estimate on the log scale
--   before_after_rate          double         months after against as many before, nobody compared with: not an effect
--   margin_manufacturer_rate   double         the manufacturer's margin on incremental sales
--   margin_distributor_rate    double         the distributors'
--   shrunk_gain_amount         double         margin on the best estimate, both sides
--   shrunk_net_amount          double         that less the cost
--   chance_paid_share          double         chance that the net gain is above nothing
--   shared_count               integer        other activities on its terminals at the same time
--   status                     varchar        measured, consistent_with_no_change, not_measurable_alone or not_enough_data
--   missing                    varchar        what is missing where there is not enough data
--   measurable_from_month      date           first month in which it can be measured, where months after are missing
with listed as (
    select activities.*
    from activities
    cross join workspace
    where activities.starts_on >= $period_start::date
        and activities.starts_on < $period_end::date
        and activities.starts_on <= workspace.data_through_on
        and coalesce(activities.status, '') <> 'cancelled'
        and in_territories($territories, activities.territory_id)
        and in_list($product_lines, activities.product_line)
        and (
            len($manufacturers::varchar[]) = 0
            or activities.owner in (select unnest($manufacturers::varchar[]))
            or activities.product_line in (
                select products.product_line
                from products
                where list_contains($manufacturers::varchar[], products.manufacturer_id)
            )
        )
        and (
            in_list($distributors, activities.owner)
            or activities.activity_id in (
                select activity_costs.activity_id
                from activity_costs
                where list_contains($distributors::varchar[], activity_costs.payer)
            )
        )
),
costs as (
    select
        activity_id,
        sum(coalesce(actual_amount, committed_amount)) as cost_amount,
        coalesce(sum(committed_amount) filter (where actual_amount is null), 0) as unsettled_amount,
        sum(coalesce(actual_amount, committed_amount)) filter (where is_manufacturer) as cost_manufacturer_amount,
        sum(coalesce(actual_amount, committed_amount)) filter (where not is_manufacturer) as cost_distributor_amount
    from (
        select
            *,
            payer = 'manufacturer' or payer in (select manufacturer_id from manufacturers) as is_manufacturer
        from activity_costs
        where coalesce(actual_amount, committed_amount) is not null
    )
    group by activity_id
),
people as (
    select
        activity_id,
        cast(sum(attendee_count) as bigint) as attendee_count
    from activity_terminals
    group by activity_id
),
sides as (
    select
        subject_id as activity_id,
        max(case when payer_side = 'manufacturer' then margin_rate end) as margin_manufacturer_rate,
        max(case when payer_side = 'distributor' then margin_rate end) as margin_distributor_rate,
        max(case when payer_side = 'total' then shrunk_net_amount + cost_amount end) as shrunk_gain_amount,
        max(case when payer_side = 'total' then shrunk_net_amount end) as shrunk_net_amount,
        max(case when payer_side = 'total' then chance_paid_share end) as chance_paid_share
    from activity_returns
    where level = 'activity'
    group by subject_id
)
select
    listed.activity_id,
    listed.starts_on,
    listed.name as activity_name,
    listed.kind,
    listed.territory_id,
    territories.name as territory_name,
    listed.product_line,
    listed.owner,
    distributors.name as owner_name,
    coalesce(activity_effects.is_attendance_known, false) as is_attendance_known,
    coalesce(activity_effects.exposed_count, 0) as exposed_count,
    coalesce(activity_effects.terminal_count, 0) as terminal_count,
    people.attendee_count,
    costs.cost_amount::decimal(38, 2) as cost_amount,
    costs.unsettled_amount::decimal(38, 2) as unsettled_amount,
    costs.cost_manufacturer_amount::decimal(38, 2) as cost_manufacturer_amount,
    costs.cost_distributor_amount::decimal(38, 2) as cost_distributor_amount,
    activity_effects.observed_amount,
    activity_effects.expected_amount,
    activity_effects.incremental_amount,
    activity_effects.incremental_low_amount,
    activity_effects.incremental_high_amount,
    activity_effects.incremental_low80_amount,
    activity_effects.incremental_high80_amount,
    activity_effects.continuity_amount,
    activity_effects.lift_rate,
    activity_effects.lift_low_rate,
    activity_effects.lift_high_rate,
    activity_effects.shrunk_lift_rate,
    activity_effects.shrunk_low_rate,
    activity_effects.shrunk_high_rate,
    activity_effects.shrunk_log_lift,
    activity_effects.raw_before_after_rate as before_after_rate,
    sides.margin_manufacturer_rate,
    sides.margin_distributor_rate,
    sides.shrunk_gain_amount,
    sides.shrunk_net_amount,
    sides.chance_paid_share,
    coalesce(activity_effects.shared_count, 0) as shared_count,
    coalesce(activity_effects.status, 'not_enough_data') as status,
    case when activity_effects.activity_id is null then 'attendance' else activity_effects.missing end as missing,
    activity_effects.measurable_from_month
from listed
left join territories on territories.territory_id = listed.territory_id
left join distributors on distributors.distributor_id = listed.owner
left join costs on costs.activity_id = listed.activity_id
left join people on people.activity_id = listed.activity_id
left join activity_effects on activity_effects.activity_id = listed.activity_id
left join sides on sides.activity_id = listed.activity_id
order by sides.shrunk_net_amount desc nulls last, activity_effects.shrunk_lift_rate desc nulls last, listed.starts_on desc, listed.activity_id
