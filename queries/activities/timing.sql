-- When the effect of $kind begins, how long it lasts and what became of it, and how large a break of what is assumed it
-- bears; over the whole company, whatever the filters. Sums are index points of which 100 are a mean month before.
-- grain: one row, or none with too few activities
-- parameters:
--   kind  varchar  *  the kind; '*' for all
-- columns:
--   followed_count        integer  months followed from the start on
--   first_clear_month     integer  first month whose interval, joint over all months, is clear of no difference
--   last_clear_month      integer  the last such month
--   gain_index            double   sum of the differences over the months counted as the effect
--   gain_low_index        double   … lower end of the 95% interval
--   gain_high_index       double   … upper end
--   after_count           integer  months followed after those
--   after_index           double   sum of the differences over them
--   after_low_index       double   … lower end of the 95% interval
--   after_high_index      double   … upper end
--   whole_index           double   sum over all months followed
--   whole_low_index       double   … lower end of the 95% interval
--   whole_high_index      double   … upper end
--   persistence           varchar  kept, given_back_in_part, moved_forward, no_gain or untold
--   before_placebo_share  double   share of stand-ins that stray as far in any month before; small: another course already
--   holds_to_ratio        double   the lift excludes no effect up to drifts so many times as large as any before; empty: never
--   largest_step_rate     double   largest step from quarter to quarter before
select
    kind_timing.followed_count,
    kind_timing.first_clear_month,
    kind_timing.last_clear_month,
    kind_timing.gain_index,
    kind_timing.gain_low_index,
    kind_timing.gain_high_index,
    kind_timing.after_count,
    kind_timing.after_index,
    kind_timing.after_low_index,
    kind_timing.after_high_index,
    kind_timing.whole_index,
    kind_timing.whole_low_index,
    kind_timing.whole_high_index,
    kind_timing.persistence,
    kind_timing.before_placebo_share,
    kind_sensitivity.holds_to_ratio,
    kind_sensitivity.largest_step_rate
from kind_timing
left join kind_sensitivity
    on kind_sensitivity.kind = kind_timing.kind
    and kind_sensitivity.violation_ratio = 0
where kind_timing.kind = $kind::varchar
