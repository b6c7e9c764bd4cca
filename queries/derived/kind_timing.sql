-- When the effect of a kind begins, how long it lasts, and whether purchases were only moved forward; computed at publish
-- over the whole company. Sums are index points of which 100 are a mean month before.
-- grain: one row a kind with enough activities, and '*' for all
-- columns:
--   kind                  varchar  the kind; '*' for all
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
select
    kind,
    followed_count,
    first_clear_month,
    last_clear_month,
    gain_index,
    gain_low_index,
    gain_high_index,
    after_count,
    after_index,
    after_low_index,
    after_high_index,
    whole_index,
    whole_low_index,
    whole_high_index,
    persistence,
    before_placebo_share
from stored.kind_timing
