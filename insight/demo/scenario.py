"""What is asked for: how large the company is, and the numbers of the stories planted in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Size:
    """How many of each; lines are aimed at, not hit exactly."""

    terminals: int
    first_tier: int
    second_tier: int
    sales_lines: int
    reps: int
    distributor_reps: int
    visits: int
    activities: int


SIZES = {
    "small": Size(1_500, 20, 40, 350_000, 29, 8, 25_000, 180),
    "medium": Size(2_000, 50, 150, 2_200_000, 40, 12, 32_000, 220),
    "large": Size(100_000, 400, 1_600, 5_200_000, 1_000, 120, 600_000, 1_200),
}


@dataclass(frozen=True)
class Kind:
    """A kind of activity: how many of 180, whom it gathers, what it costs, and what it truly does.

    ``uplift`` multiplies the sales of those who came: 0.18 is +18%, a number a month from the month it takes place.
    """

    code: str
    name: str
    name_en: str
    count: int
    invited: tuple[int, int]
    uplift: tuple[float, ...]
    cost: int  # yuan, in the middle
    is_regional: bool = False
    seeks_growth: bool = False


KINDS = (
    Kind("department_meeting", "科室会", "department meeting", 46, (5, 9), (0.18,) * 6, 62_000),
    Kind("training", "培训班", "training", 36, (8, 13), (0.10, 0.10, 0.09, 0.08, 0.06, 0.04), 48_000),
    Kind("thematic_session", "专题会", "thematic session", 34, (9, 15), (0.05,) * 6, 62_000),
    Kind("regional_meeting", "区域学术会", "regional meeting", 28, (8, 14), (), 110_000, True, True),
    Kind("booth", "展位", "booth", 24, (10, 16), (), 80_000, True),
    Kind("annual_meeting", "年会", "annual meeting", 12, (14, 20), (), 160_000, True),
)


@dataclass(frozen=True)
class Stories:
    """The planted truths, as they are put in. What came of them is measured on the rows (``truths.py``)."""

    # year-to-date attainment by region: East, Central, North, Northeast, Northwest, South, Southwest
    attainment: tuple[float, ...] = (0.930, 0.910, 1.005, 0.975, 1.035, 1.020, 1.010)
    # demand lost in the weak provinces, in equal steps from the first month to the last
    weak_provinces: tuple[tuple[str, float], ...] = (("JS", 0.22), ("HA", 0.13), ("HB", 0.12))
    weakening_from: date = date(2025, 7, 1)
    weakening_to: date = date(2026, 4, 1)
    dependence_terminals: int = 225  # of 1,500
    star_provinces: tuple[str, ...] = ("GD", "GX", "HI", "FJ", "JX", "HN")
    loading_quarters: tuple[date, ...] = (date(2025, 9, 1), date(2025, 12, 1), date(2026, 3, 1), date(2026, 6, 1))
    loading_stock_days: int = 78
    outside_share: float = 0.24  # of the offender's sales from the start on
    outside_from: date = date(2025, 7, 1)
    quiet_terminals: int = 25
    quiet_months: tuple[date, ...] = (
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2026, 4, 1),
        date(2026, 5, 1),
    )
    uncovered_terminals: int = 12
    county_gap_terminals: int = 14
    late_from: date = date(2026, 8, 1)
    cut_line: str = "coagulation"
    cut_from: date = date(2026, 1, 1)
    cut_rate: float = 0.18
    cut_volume: float = 0.09  # more units after the cut
    joint_uplift: float = 0.06
    joint_months: int = 3
    grower_rate: float = 0.22  # log growth a year of terminals already growing
    other_rate: float = 0.020
    grower_share: float = 0.20
    # small doses of disorder, planted when all else is drawn (disorder.py)
    has_disorder: bool = True
    dump_line: str = "immunoassay"
    dump_from: date = date(2026, 1, 1)
    dump_price: float = 0.97  # of what the dumper itself pays
    trip_months: tuple[date, ...] = (date(2026, 3, 1), date(2026, 6, 1))
    stray_from: date = date(2026, 4, 1)
    stray_to: date = date(2026, 7, 1)
    single_purchase_on: date = date(2026, 5, 20)


STORIES = Stories()
# the same company in good order: nobody sells outside but a little over two borders, loads, dumps or turns goods in a circle
ORDERLY = replace(STORIES, outside_share=0.0, loading_quarters=(), has_disorder=False)
SCENARIOS = {"ivd": STORIES, "clean": ORDERLY}
