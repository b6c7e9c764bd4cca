-- The mean lift of activities by $dimension, over the whole company whatever the filters, judged like kinds. Slices of the
-- same activities: with many of them some are off by chance.
-- grain: one row a unit, the highest lift first
-- parameters:
--   dimension  varchar  product_line  product_line, territory, size or owner
-- columns:
--   unit_id                varchar  the line, region, size or owner; '' for none
--   unit_name              varchar  the region's name; empty where the id is a code
--   activity_count         integer  its activities
--   measured_count         integer  those with an estimate
--   lift_rate              double   mean of the true lifts
--   lift_low_rate          double   … lower end of the 95% interval
--   lift_high_rate         double   … upper end
--   lift_low80_rate        double   … lower end of the 80% interval
--   lift_high80_rate       double   … upper end
--   negative_control_rate  double   lift 'found' one window earlier, where nothing happened
--   verdict                varchar  works, harms, unproven or not_enough_data
select
    effect_slices.unit_id,
    territories.name as unit_name,
    effect_slices.activity_count,
    effect_slices.measured_count,
    effect_slices.lift_rate,
    effect_slices.lift_low_rate,
    effect_slices.lift_high_rate,
    effect_slices.lift_low80_rate,
    effect_slices.lift_high80_rate,
    effect_slices.negative_control_rate,
    judged_lift(
        coalesce(effect_slices.status, ''),
        effect_slices.lift_low_rate,
        effect_slices.lift_high_rate,
        effect_slices.log_lift,
        effect_slices.log_lift_error,
        effect_slices.systematic_error_log,
        effect_slices.negative_control_rate,
        effect_slices.negative_control_low_rate,
        effect_slices.negative_control_high_rate
    ) as verdict
from effect_slices
left join territories
    on effect_slices.dimension = 'territory'
    and territories.territory_id = effect_slices.unit_id
where effect_slices.dimension = $dimension::varchar
order by effect_slices.lift_rate desc nulls last, effect_slices.unit_id
