-- Everything known of the activity $activity: what it was, its estimates, their checks, its kind and its return.
-- grain: one row, or none where nobody knows it
-- parameters:
--   activity  varchar  ''  the activity's id
-- columns:
--   activity_id                varchar        the activity
--   activity_name              varchar        its name
--   kind                       varchar        its kind
--   starts_on                  date           first day
--   ends_on                    date           last day
--   territory_name             varchar        its territory
--   product_line               varchar        line promoted; empty for all
--   owner                      varchar        manufacturer or a distributor
--   owner_name                 varchar        the distributor's name
--   activity_status            varchar        planned, running, done, cancelled …
--   objective                  varchar        objective in words
--   is_attendance_known        boolean        whether anybody said who came
--   invited_count              bigint         terminals invited
--   attended_count             bigint         those that came
--   exposed_count              integer        terminals that took part
--   terminal_count             integer        those of them that could be used
--   effective_count            double         terminals of equal weight that would tell as much
--   largest_share              double         share of the largest terminal in the sales before
--   donor_count                integer        terminals no activity reached, behind what was expected
--   before_month_count         bigint         months of the year before in which its terminals were seen
--   post_month_count           integer        months counted after the start
--   baseline_amount            double         sales before, at the length of the months after
--   observed_amount            double         pure sales of the months after
--   expected_amount            double         what they would have been
--   incremental_amount         double         pure sales beyond that
--   incremental_low_amount     double         … lower end of the 95% interval
--   incremental_high_amount    double         … upper end
--   incremental_low80_amount   double         … lower end of the 80% interval
--   incremental_high80_amount  double         … upper end
--   lift_rate                  double         the same as a share of what was expected: its own estimate
--   lift_low_rate              double         … lower end of the 95% interval
--   lift_high_rate             double         … upper end
--   lift_low80_rate            double         … lower end of the 80% interval
--   lift_high80_rate           double         … upper end
--   shrunk_lift_rate           double         best estimate: drawn towards its kind's mean
--   shrunk_low_rate            double         … lower end of the 95% interval
--   shrunk_high_rate           double         … upper end
--   shrunk_low80_rate          double         … lower end of the 80% interval
--   shrunk_high80_rate         double         … upper end
--   shrink_share               double         share of it that is the kind's mean and not its own
--   by_chance_share            double         chance of so large a difference, or a larger one either way, where nothing happened
--   trend_slope_rate           double         growth a month against the expected before the start
--   trend_placebo_share        double         share of placebos with a slope as steep
--   trend_adjustment_rate      double         what was taken off the lift for the trend before
--   unadjusted_lift_rate       double         the lift without that, and of the whole bundle where others overlap
--   without_largest_lift_rate  double         own lift without its largest terminal
--   before_after_rate          double         months after against as many before: not an effect
--   year_over_year_rate        double         months after against the same a year before: not an effect
--   shared_share               double         share of the expected sales that other activities covered at the same time
--   shared_count               integer        number of those activities
--   ranked_count               bigint         activities ranked
--   rank_number                bigint         its rank by best estimate
--   rank_low_number            bigint         … best rank of the 80% interval
--   rank_high_number           bigint         … worst
--   top_quarter_share          double         chance that it is among the highest quarter
--   status                     varchar        measured, consistent_with_no_change, not_measurable_alone or not_enough_data
--   missing                    varchar        what is missing where there is not enough data
--   measurable_from_month      date           first month in which it can be measured
--   kind_lift_rate             double         mean lift of its kind
--   kind_low_rate              double         … lower end of the 95% interval
--   kind_high_rate             double         … upper end
--   kind_low80_rate            double         … lower end of the 80% interval
--   kind_high80_rate           double         … upper end
--   kind_measured_count        integer        activities of the kind with an estimate
--   cost_amount                decimal(38,2)  actual cost, committed where not settled; empty where unknown
--   gain_amount                double         margin on its own incremental sales, both sides
--   net_amount                 double         that less the cost
--   net_low_amount             double         … lower end of the 95% interval
--   net_high_amount            double         … upper end
--   romi_rate                  double         net gain over cost
--   revenue_per_cost_rate      double         incremental pure sales over cost
--   chance_paid_share          double         chance that the net gain is above nothing
--   shrunk_net_amount          double         net gain by best estimate
with guests as (
    select
        activity_id,
        count(*) filter (where coalesce(is_invited, true)) as invited_count,
        count(*) filter (where coalesce(is_attended, false)) as attended_count
    from activity_terminals
    where activity_id = $activity::varchar
    group by activity_id
),
costs as (
    select
        activity_id,
        sum(coalesce(actual_amount, committed_amount)) as cost_amount
    from activity_costs
    where activity_id = $activity::varchar and coalesce(actual_amount, committed_amount) is not null
    group by activity_id
)
select
    activities.activity_id,
    activities.name as activity_name,
    activities.kind,
    activities.starts_on,
    activities.ends_on,
    territories.name as territory_name,
    activities.product_line,
    activities.owner,
    distributors.name as owner_name,
    activities.status as activity_status,
    activities.objective,
    coalesce(activity_effects.is_attendance_known, guests.attended_count > 0, false) as is_attendance_known,
    coalesce(guests.invited_count, 0) as invited_count,
    coalesce(guests.attended_count, 0) as attended_count,
    coalesce(activity_effects.exposed_count, 0) as exposed_count,
    coalesce(activity_effects.terminal_count, 0) as terminal_count,
    activity_effects.effective_count,
    activity_effects.largest_share,
    activity_effects.donor_count,
    activity_league.before_month_count,
    activity_effects.post_month_count,
    activity_effects.baseline_amount,
    activity_effects.observed_amount,
    activity_effects.expected_amount,
    activity_effects.incremental_amount,
    activity_effects.incremental_low_amount,
    activity_effects.incremental_high_amount,
    activity_effects.incremental_low80_amount,
    activity_effects.incremental_high80_amount,
    activity_effects.lift_rate,
    activity_effects.lift_low_rate,
    activity_effects.lift_high_rate,
    activity_effects.lift_low80_rate,
    activity_effects.lift_high80_rate,
    activity_effects.shrunk_lift_rate,
    activity_effects.shrunk_low_rate,
    activity_effects.shrunk_high_rate,
    activity_league.shrunk_low80_rate,
    activity_league.shrunk_high80_rate,
    activity_effects.shrink_share,
    -- twice the smaller tail, as the interval has it; of 400 draws none is never
    greatest(
        least(2 * least(activity_effects.chance_positive_share, 1 - activity_effects.chance_positive_share), 1),
        2.0 / 401
    )::double as by_chance_share,
    activity_effects.trend_slope_rate,
    activity_effects.trend_placebo_share,
    activity_effects.trend_adjustment_rate,
    activity_effects.unadjusted_lift_rate,
    activity_league.without_largest_lift_rate,
    activity_effects.raw_before_after_rate as before_after_rate,
    activity_effects.raw_year_over_year_rate as year_over_year_rate,
    activity_effects.shared_share,
    coalesce(activity_effects.shared_count, 0) as shared_count,
    activity_league.ranked_count,
    activity_league.rank_number,
    activity_league.rank_low_number,
    activity_league.rank_high_number,
    activity_league.top_quarter_share,
    coalesce(activity_effects.status, 'not_enough_data') as status,
    case
        when activities.status = 'cancelled' then 'cancelled'
        when activity_effects.activity_id is null then 'attendance'
        else activity_effects.missing
    end as missing,
    activity_effects.measurable_from_month,
    kind_effects.lift_rate as kind_lift_rate,
    kind_effects.lift_low_rate as kind_low_rate,
    kind_effects.lift_high_rate as kind_high_rate,
    kind_effects.lift_low80_rate as kind_low80_rate,
    kind_effects.lift_high80_rate as kind_high80_rate,
    kind_effects.measured_count as kind_measured_count,
    costs.cost_amount::decimal(38, 2) as cost_amount,
    activity_returns.gain_amount,
    activity_returns.net_amount,
    activity_returns.net_low_amount,
    activity_returns.net_high_amount,
    activity_returns.romi_rate,
    activity_returns.revenue_per_cost_rate,
    activity_returns.chance_paid_share,
    activity_returns.shrunk_net_amount
from activities
left join territories on territories.territory_id = activities.territory_id
left join distributors on distributors.distributor_id = activities.owner
left join guests on guests.activity_id = activities.activity_id
left join costs on costs.activity_id = activities.activity_id
left join activity_effects on activity_effects.activity_id = activities.activity_id
left join activity_league on activity_league.activity_id = activities.activity_id
left join kind_effects
    on kind_effects.kind = activities.kind
    and kind_effects.status <> 'not_enough_data'
left join activity_returns
    on activity_returns.level = 'activity'
    and activity_returns.subject_id = activities.activity_id
    and activity_returns.payer_side = 'total'
where activities.activity_id = $activity::varchar
