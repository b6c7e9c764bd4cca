-- The order of activities by best estimate over the whole company, with how sure it is; whatever the filters.
-- grain: one row an activity with an estimate, the highest first
-- columns:
--   activity_id                varchar  the activity
--   ranked_count               bigint   activities ranked
--   rank_number                bigint   its rank by best estimate, 1 the highest
--   rank_low_number            bigint   the best rank of the 80% interval of ranks
--   rank_high_number           bigint   the worst
--   overlap_count              bigint   other activities whose 80% interval overlaps its own
--   top_tenth_share            double   chance that it is among the highest tenth
--   top_quarter_share          double   … among the highest quarter
--   shrunk_low80_rate          double   lower end of the 80% interval of the best estimate
--   shrunk_high80_rate         double   … upper end
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
    shrunk_high80_rate
from activity_league
order by rank_number, activity_id
