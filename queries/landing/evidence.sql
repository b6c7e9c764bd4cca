-- How landings projected as of earlier months did, as found when the data were published: errors against the yardsticks and
-- how often the 80% range held what came.
-- grain: one row a horizon, cut and level
-- columns:
--   month_count            integer  months projected, the one under way included
--   position_rate          double   how far that month was, as a share of its working days; 0 at its start
--   level                  varchar  whole, a level of the territories, distributor, manager, rep or product_line
--   unit_count             bigint   units
--   origin_count           bigint   earlier months projected from
--   projection_count       bigint   projections: units times those months
--   error_rate             double   absolute errors over what came, sums over sums
--   last_year_error_rate   double   the same of last year's months
--   last_month_error_rate  double   the same of the last month a working day
--   coverage_rate          double   projections whose 80% range held what came, over all
--   coverage_error_rate    double   standard error of that
--   width_rate             double   width of the ranges over what came, sums over sums
select
    month_count,
    position_rate,
    level,
    unit_count,
    origin_count,
    projection_count,
    error_rate,
    last_year_error_rate,
    last_month_error_rate,
    coverage_rate,
    coverage_error_rate,
    width_rate
from landing_evidence
order by month_count, position_rate, level
