-- What planning takes from the past of each kind of activity: its mean effect and how far activities stray from it, the
-- margins earned on it, its usual cost, split and size, and how many of those invited came. Over the whole company. Usual
-- are the activities of the last two years, the median one; where none has a cost, those of all years.
-- grain: one row a kind, most often held first; '*' is all kinds together
-- columns:
--   kind                      varchar        the kind; '*' for all
--   activity_count            bigint         its activities that began, but for those cancelled
--   recent_count              bigint         of those, begun in the last twelve months
--   measured_count            integer        those with an estimate
--   lift_rate                 double         mean of the true lifts
--   lift_low_rate             double         … lower end of the 95% interval
--   lift_high_rate            double         … upper end
--   log_lift                  double         the same on the log scale; empty with too few activities
--   log_lift_error            double         its standard deviation
--   spread_log                double         standard deviation of true lifts within the kind
--   systematic_error_log      double         systematic error of all lifts
--   margin_manufacturer_rate  double         the manufacturer's margin on incremental sales
--   margin_distributor_rate   double         the distributors'
--   usual_cost_amount         decimal(38,2)  cost of the median activity; empty where no cost is known
--   manufacturer_cost_share   double         the manufacturer's part of all those costs
--   usual_terminal_count      bigint         terminals that took part in the median activity
--   came_share                double         of those invited, the share that came; empty where nobody said who came
--   trend_error_log           double         standard deviation of the mean trend before its activities, a month
--   trend_spread_log          double         … of their trends about that mean
with begun as (
    select
        activities.activity_id,
        activities.kind,
        activities.starts_on >= workspace.data_through_on - interval 12 month as is_recent,
        activities.starts_on >= workspace.data_through_on - interval 24 month as is_usual
    from activities
    cross join workspace
    where coalesce(activities.status, '') <> 'cancelled' and activities.starts_on <= workspace.data_through_on
),
costs as (
    select
        activity_id,
        sum(coalesce(actual_amount, committed_amount)) as cost_amount,
        coalesce(
            sum(coalesce(actual_amount, committed_amount)) filter (
                where payer = 'manufacturer' or payer in (select manufacturer_id from manufacturers)
            ),
            0
        ) as manufacturer_amount
    from activity_costs
    where coalesce(actual_amount, committed_amount) is not null
    group by activity_id
),
invited as (
    select
        activity_id,
        bool_or(is_attended is not null) as is_known,
        count(*) filter (where coalesce(is_invited, true)) as invited_count,
        count(*) filter (where is_attended) as came_count
    from activity_terminals
    group by activity_id
),
facts as (
    select
        begun.*,
        costs.cost_amount,
        costs.manufacturer_amount,
        case when invited.is_known then invited.came_count else invited.invited_count end as terminal_count,
        case when invited.is_known then invited.invited_count end as invited_count,
        case when invited.is_known then invited.came_count end as came_count
    from begun
    left join costs on costs.activity_id = begun.activity_id
    left join invited on invited.activity_id = begun.activity_id
),
every_kind as (
    select * from facts
    union all by name
    select * replace ('*' as kind) from facts
),
usual as (
    select
        kind,
        count(*) as activity_count,
        count(*) filter (where is_recent) as recent_count,
        coalesce(median(cost_amount) filter (where is_usual), median(cost_amount))::decimal(38, 2) as usual_cost_amount,
        (
            coalesce(sum(manufacturer_amount) filter (where is_usual), sum(manufacturer_amount))
            / nullif(coalesce(sum(cost_amount) filter (where is_usual), sum(cost_amount)), 0)
        )::double as manufacturer_cost_share,
        round(coalesce(median(terminal_count) filter (where is_usual), median(terminal_count)))::bigint as usual_terminal_count,
        sum(came_count)::double / nullif(sum(invited_count), 0) as came_share
    from every_kind
    group by kind
),
margins as (
    select
        subject_id as kind,
        max(margin_rate) filter (where payer_side = 'manufacturer') as margin_manufacturer_rate,
        max(margin_rate) filter (where payer_side = 'distributor') as margin_distributor_rate
    from activity_returns
    where level = 'kind'
    group by subject_id
)
select
    usual.kind,
    usual.activity_count,
    usual.recent_count,
    coalesce(kind_effects.measured_count, 0) as measured_count,
    kind_effects.lift_rate,
    kind_effects.lift_low_rate,
    kind_effects.lift_high_rate,
    case when kind_effects.status <> 'not_enough_data' then kind_effects.log_lift end as log_lift,
    kind_effects.log_lift_error,
    kind_effects.spread_log,
    kind_effects.systematic_error_log,
    coalesce(margins.margin_manufacturer_rate, whole_margins.margin_manufacturer_rate) as margin_manufacturer_rate,
    coalesce(margins.margin_distributor_rate, whole_margins.margin_distributor_rate) as margin_distributor_rate,
    usual.usual_cost_amount,
    usual.manufacturer_cost_share,
    usual.usual_terminal_count,
    usual.came_share,
    coalesce(planning_trends.trend_error_log, other_trends.trend_error_log) as trend_error_log,
    coalesce(planning_trends.trend_spread_log, other_trends.trend_spread_log) as trend_spread_log
from usual
left join kind_effects on kind_effects.kind = usual.kind
left join margins on margins.kind = usual.kind
left join margins as whole_margins on whole_margins.kind = '*'
left join planning_trends on planning_trends.kind = usual.kind
left join planning_trends as other_trends on other_trends.kind = '*'
order by usual.activity_count desc, usual.kind
