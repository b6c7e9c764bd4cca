-- The order of the measured activities by best estimate, how sure it is, and checks of each; computed at publish over the
-- whole company.
-- grain: one row an activity with an estimate
-- columns:
--   activity_id                varchar  the activity
--   ranked_count               bigint   activities ranked
--   rank_number                bigint   its rank by shrunk estimate, 1 the highest
--   rank_low_number            bigint   the best rank of the 80% interval of ranks
--   rank_high_number           bigint   the worst
--   overlap_count              bigint   other activities whose 80% interval overlaps its own: the rank against them is uncertain
--   top_tenth_share            double   chance that it is among the highest tenth
--   top_quarter_share          double   … among the highest quarter
--   shrunk_low80_rate          double   lower end of the 80% interval of the best estimate
--   shrunk_high80_rate         double   … upper end
--   without_largest_lift_rate  double   own lift without its largest terminal; empty of a single one
--   before_month_count         bigint   months of the year before in which one of its terminals was seen outside other activities
select
    activity_id,
    ranked_count,
    rank_number,
    rank_low_number,
    rank_high_number,
    overlap_count,
    top_tenth_share,
    top_quarter_share,
    shrunk_low80_rate,
    shrunk_high80_rate,
    without_largest_lift_rate,
    before_month_count
from stored.activity_league
where may_see_activity(activity_id)
