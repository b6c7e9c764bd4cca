"""Charts: what they say, what they return when clicked, and what they refuse."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from babel.messages.pofile import read_po

from insight.charts import (
    bridge,
    bullets,
    event_study,
    evidence,
    forest,
    heat,
    ladder,
    landing,
    league,
    months,
    pace,
    pairs,
    persistence,
    potential,
    quadrants,
    ranking,
    returns,
    strips,
    tiles,
)
from insight.charts.plane import spread_labels
from insight.charts.plot import choose_log_ticks, choose_ticks, measure_text
from insight.charts.theme import DARK, LIGHT, Style, choose_ink, measure_contrast, mix_colour, write_spec
from insight.i18n import LOCALE, read_words
from insight.provinces import PROVINCES, find_province
from insight.units import show_number, show_ratio, show_scaled, show_share

ENGLISH = Style("en", False, "CNY")
CHINESE = Style("zh", False, "CNY")
STYLES = [Style(language, is_dark, "CNY") for language in ("en", "zh") for is_dark in (False, True)]

MONTHS = pd.DataFrame(
    {
        "month": [date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1)],
        "actual_amount": [Decimal("33000000.00"), Decimal("36200000.00"), None],
        "plan_amount": [Decimal("36000000.00"), Decimal("38900000.00"), Decimal("37500000.00")],
        "base_amount": [30_000_000.0, float("nan"), None],
        "forecast_amount": [None, None, Decimal("36600000.00")],
        "is_partial": [False, False, False],
    }
)
EVIDENCE = pd.DataFrame(
    {
        "unit_id": ["whole", "province"],
        "unit_name": ["All units", "Places"],
        "error_rate": [0.031, 0.067],
        "last_year_error_rate": [0.116, None],
        "last_month_error_rate": [0.08, 0.12],
        "coverage_rate": [0.85, 0.79],
    }
)
STRIPS = pd.DataFrame(
    {
        "measure": ["sales_amount"] * 3,
        "name": ["Pure sales"] * 3,
        "place": [0.0, 0.5, 1.0],
        "is_own": [False, True, False],
        "median_place": [0.5] * 3,
        "value_text": ["", "¥6.1m", ""],
        "rank_text": ["", "2 of 3", ""],
    }
)
BULLETS = pd.DataFrame(
    {
        "unit_id": ["E", "C", "K", "S"],
        "unit_name": ["East", "Central", "Key accounts", "South"],
        "actual_amount": [76_000_000.0, 38_000_000.0, 3_000_000.0, 9_000_000.0],
        "plan_amount": [80_700_000.0, 40_000_000.0, None, 4_000_000.0],
        "attainment_rate": [0.942, 0.96, float("nan"), 2.25],
        "base_attainment_rate": [0.9, None, None, 1.0],
        "gap_amount": [-4_700_000.0, -1_500_000.0, None, 5_000_000.0],
    }
)
BRIDGE = pd.DataFrame(
    {
        "step_id": ["before", "volume", "price", "unknown", "after"],
        "label": ["Before", "Volume", "Price", "Unknown", "After"],
        "change_amount": [Decimal("274.3"), Decimal("18.9"), Decimal("-11.8"), None, Decimal("281.4")],
        "is_total": [True, False, False, False, True],
    }
)
TILES = pd.DataFrame(
    {"province_code": ["JS", "ZJ", "XZ"], "rate": [0.86, 1.06, None], "is_selected": [True, False, False]}
)
RANKING = pd.DataFrame({"unit_id": ["a", "b"], "unit_name": ["A", "B"], "value_amount": [2_500_000, -300_000]})
SHARES = pd.DataFrame(
    {
        "unit_id": ["a", "b", "c"],
        "unit_name": ["A", "B", "C"],
        "share_rate": [0.45, 0.4, 0.15],
        "base_share_rate": [0.5, None, 0.1],
        "cumulative_rate": [0.45, 0.85, 1.0],
    }
)
HEAT = pd.DataFrame(
    {
        "row_id": ["E", "E", "C"],
        "row_name": ["East", "East", "Central"],
        "column_id": ["2025-01", "2025-02", "2025-01"],
        "column_name": ["Jan", "Feb", "Jan"],
        "rate": [0.94, None, 1.08],
    }
)
QUADRANTS = pd.DataFrame(
    {
        "unit_id": ["a", "b", "c"],
        "unit_name": ["Li", "Wang", "Chen"],
        "attainment_rate": [0.9, 1.05, None],
        "growth_rate": [0.02, 0.12, 0.1],
        "plan_amount": [1_000_000.0, 2_000_000.0, None],
    }
)
PACE = pd.DataFrame(
    {
        "day_number": [1, 2, 3, 4],
        "actual_cumulative_amount": [1e6, 2.1e6, None, None],
        "target_cumulative_amount": [1.2e6, 2.4e6, 3.6e6, 4.8e6],
        "low_amount": [None, 2.1e6, 2.9e6, 3.7e6],
        "mid_amount": [None, 2.1e6, 3.1e6, 4.1e6],
        "high_amount": [None, 2.1e6, 3.3e6, 4.5e6],
    }
)
LANDING = pd.DataFrame(
    {
        "unit_id": ["a", "b"],
        "unit_name": ["A", "B"],
        "low_rate": [0.88, None],
        "mid_rate": [0.92, None],
        "high_rate": [0.96, None],
        "to_date_rate": [0.9, 1.0],
    }
)
LADDER = pd.DataFrame(
    {
        "step_id": ["all", "first", "repeat"],
        "label": ["All", "First order", "Repeat"],
        "count": [5865, 4182, 2105],
        "conversion_rate": [None, 0.713, 0.503],
        "base_count": [5700, None, 2200],
    }
)
POTENTIAL = pd.DataFrame(
    {
        "terminal_id": ["t1", "t2", "t3", "t4"],
        "name": ["One", "Two", "Three", "Four"],
        "potential_amount": [100_000.0, 2_000_000.0, None, 50_000.0],
        "share_rate": [0.2, 0.6, 0.5, 3.0],
        "sales_amount": [20_000.0, 1_200_000.0, None, None],
        "is_selected": [True, False, False, False],
    }
)
FOREST = pd.DataFrame(
    {
        "unit_id": ["good", "open", "bad", "few", "unknown"],
        "unit_name": ["Good", "Open", "Bad", "Few", "Unknown"],
        "estimate": [2.6, 1.6, 0.7, 1.5, None],
        "low": [1.7, 0.9, 0.3, -6.0, None],
        "high": [3.7, 2.4, 1.2, 9.0, None],
        "count": [86, 28, 6, 3, None],
        "is_small": [False, False, False, True, True],
    }
)
LEAGUE = FOREST.assign(
    estimate=[0.2, 0.1, -0.3, 0.5, None],
    low=[0.1, -0.1, -0.5, -6.0, None],
    high=[0.3, 0.2, -0.1, 9.0, None],
    low80=[0.15, 0.0, -0.4, None, None],
    high80=[0.25, 0.15, -0.2, None, None],
    raw=[0.6, None, -0.4, 30.0, None],
    aside=["n=86", "n=28", "n=6", "n=3", None],
).drop(columns="count")
CUMULATIVE = pd.DataFrame(
    {
        "event_month": [0, 1, 2],
        "cumulative_index": [20.0, 30.0, 25.0],
        "cumulative_low_index": [5.0, None, -10.0],
        "cumulative_high_index": [35.0, None, 60.0],
    }
)
EVENTS = pd.DataFrame(
    {
        "event_month": [-2, -1, 0, 1, 2],
        "treated_index": [100.0, 99.0, 101.0, 112.0, None],
        "control_index": [100.0, 101.0, 100.0, 100.0, 101.0],
        "difference_low_index": [None, -4.0, -3.0, 8.0, None],
        "difference_high_index": [None, 2.0, 4.0, 16.0, None],
    }
)
PAIRS = pd.DataFrame(
    {"unit_id": ["a", "b"], "unit_name": ["A", "B"], "spend_rate": [0.31, 0.24], "return_rate": [0.52, None]}
)
RETURNS = pd.DataFrame(
    {
        "activity_id": ["a1", "a2", "a3", "a4"],
        "name": ["One", "Two", "Three", "Four"],
        "kind": ["training", "training", "salon", None],
        "cost_amount": [20_000.0, 40_000.0, 30_000.0, None],
        "return_amount": [50_000.0, 30_000.0, -10_000.0, 5_000.0],
        "size": [20, None, 40, 3],
    }
)
Draw = Callable[[pd.DataFrame, Style], Any]
CHARTS: dict[str, tuple[Draw, pd.DataFrame, dict[str, list[str] | None]]] = {
    "months": (months.draw_three_tiers, MONTHS, {"month": ["month_key"]}),
    "bullets": (bullets.draw_bullets, BULLETS, {"unit": ["unit_id"]}),
    "evidence": (evidence.draw_evidence, EVIDENCE, {"unit": ["unit_id"]}),
    "strips": (strips.draw_strips, STRIPS, {"unit": ["unit_id"]}),
    "bridge": (bridge.draw_bridge, BRIDGE, {"step": ["step_id"]}),
    "tiles": (tiles.draw_tiles, TILES, {"province": ["province_code"]}),
    "ranking": (ranking.draw_ranking, RANKING, {"unit": ["unit_id"]}),
    "shares": (ranking.draw_shares, SHARES, {"unit": ["unit_id"]}),
    "heat": (heat.draw_heat, HEAT, {"cell": ["row_id", "column_id"]}),
    "quadrants": (quadrants.draw_quadrants, QUADRANTS, {"unit": ["unit_id"]}),
    "pace": (lambda frame, style: pace.draw_pace(frame, style, today=2, note="need more"), PACE, {}),
    "landing": (landing.draw_landing, LANDING, {"unit": ["unit_id"]}),
    "ladder": (ladder.draw_ladder, LADDER, {"step": ["step_id"]}),
    "potential": (potential.draw_potential, POTENTIAL, {"brush": None, "terminal": ["terminal_id"]}),
    "forest": (forest.draw_forest, FOREST, {"unit": ["unit_id"]}),
    "league": (lambda frame, style: league.draw_league(frame, style, aside_title="n"), LEAGUE, {"unit": ["unit_id"]}),
    "persistence": (persistence.draw_cumulative, CUMULATIVE, {}),
    "event study": (lambda frame, style: event_study.draw_event_study(frame, style, note="+12%"), EVENTS, {}),
    "pairs": (pairs.draw_share_pairs, PAIRS, {"unit": ["unit_id"]}),
    "returns": (returns.draw_cost_return, RETURNS, {"brush": None, "activity": ["activity_id"]}),
}
every_chart = pytest.mark.parametrize("name", CHARTS)
every_style = pytest.mark.parametrize("style", STYLES, ids=lambda style: f"{style.language}-{style.is_dark}")


def draw(name: str, style: Style) -> dict[str, Any]:
    make, frame, _ = CHARTS[name]
    return dict(make(frame, style).to_dict())


def walk(value: Any) -> Iterator[Any]:
    """Every value anywhere inside a specification."""
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from walk(child)


def read_layer(spec: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of the layer of that name."""
    return next(list(layer["data"]["values"]) for layer in spec["layer"] if layer["data"]["name"] == name)


def read_texts(spec: dict[str, Any], name: str) -> list[str]:
    """What a layer of text prints."""
    layer = next(layer for layer in spec["layer"] if layer["data"]["name"] == name)
    return [row[layer["encoding"]["text"]["field"]] for row in layer["data"]["values"]]


@every_style
@every_chart
def test_every_chart_is_a_valid_specification_in_both_languages_and_modes(name: str, style: Style) -> None:
    spec = draw(name, style)
    assert spec["width"] == "container"
    assert spec["autosize"] == {"type": "fit-x", "contains": "padding"}
    assert spec["background"] == "transparent"
    assert spec["config"]["font"].startswith("Source Sans, Noto Sans CJK SC")


@every_chart
def test_the_quick_specification_is_the_checked_one(name: str) -> None:
    make, frame, _ = CHARTS[name]
    assert write_spec(make(frame, ENGLISH)) == make(frame, ENGLISH).to_dict()


@every_chart
def test_a_chart_that_is_clicked_returns_ids_under_its_own_name(name: str) -> None:
    spec = draw(name, ENGLISH)
    found = {param["name"]: param["select"].get("fields") for param in spec.get("params", [])}
    assert found == CHARTS[name][2]


@every_chart
def test_unselected_marks_are_dimmed_not_hidden(name: str) -> None:
    spec = draw(name, ENGLISH)
    opacities = [value["opacity"] for value in walk(spec["layer"]) if isinstance(value, dict) and "opacity" in value]
    dimmed = [value for value in opacities if isinstance(value, dict) and "condition" in value]
    assert bool(dimmed) == bool(CHARTS[name][2])
    assert all(value["value"] == pytest.approx(0.35) for value in dimmed)


@every_style
@every_chart
def test_missing_values_are_never_printed_as_words_of_the_machine(name: str, style: Style) -> None:
    for value in walk(draw(name, style)):
        if isinstance(value, str):
            assert not re.search(r"\b(nan|NaN|None|NaT|inf)\b", value), value
        if isinstance(value, float):
            assert math.isfinite(value)


@every_chart
def test_no_chart_reaches_for_anything_outside(name: str) -> None:
    spec = draw(name, ENGLISH)
    # The schema is the specification's own name for its version; it is not fetched
    schema = spec.pop("$schema")
    assert schema.startswith("https://vega.github.io/schema/vega-lite/")
    assert "://" not in json.dumps(spec)
    assert not any(isinstance(value, dict) and "url" in value for value in walk(spec))


@every_chart
def test_the_rows_stay_inside_their_layers(name: str) -> None:
    assert "datasets" not in draw(name, ENGLISH)


@every_chart
def test_an_empty_frame_is_refused_in_words(name: str) -> None:
    make, frame, _ = CHARTS[name]
    with pytest.raises(ValueError, match="no rows; show a sentence"):
        make(frame.iloc[:0], ENGLISH)


@every_chart
def test_a_frame_without_its_columns_is_refused_by_name(name: str) -> None:
    make, frame, _ = CHARTS[name]
    with pytest.raises(ValueError, match=f"missing: .*{frame.columns[0]}"):
        make(frame.drop(columns=frame.columns[0]), ENGLISH)


@every_chart
def test_every_tooltip_is_ready_made_text(name: str) -> None:
    tips = [
        value["tooltip"]
        for value in walk(draw(name, ENGLISH)["layer"])
        if isinstance(value, dict) and "tooltip" in value
    ]
    assert tips
    assert all(field["type"] == "nominal" and field["title"] for tip in tips for field in tip)


@every_chart
def test_the_chinese_chart_says_no_english_words(name: str) -> None:
    spec = draw(name, CHINESE)
    english = {str(message.id) for message in read_po((LOCALE / "zh" / "charts.po").open("rb")) if message.id}
    shown = {value for layer in spec["layer"] for row in layer["data"]["values"] for value in row.values()}
    titles = {value["title"] for value in walk(spec["layer"]) if isinstance(value, dict) and "title" in value}
    assert not (shown | titles) & english


def test_every_word_the_charts_say_has_a_translation() -> None:
    said: set[str] = set()
    for path in (Path(__file__).resolve().parents[1] / "insight" / "charts").glob("*.py"):
        if path.stem in {"flow", "focus"}:
            continue
        said |= set(re.findall(r'say\(\s*(?:style\.)?language,\s*"([^"]+)"', path.read_text(encoding="utf-8")))
    assert said and said <= set(read_words("zh"))


def test_months_show_variances_in_the_unit_of_the_amounts() -> None:
    """33.0 − 36.0 = −3.0 m, −8.3 %; 36.2 − 38.9 = −2.7 m, −6.9 %; the forecast 36.6 − 37.5 = −0.9 m, −2.4 %."""
    spec = draw("months", ENGLISH)
    scale = months.choose_months_scale(MONTHS, ENGLISH)
    assert months.describe_unit(MONTHS, ENGLISH) == "CNY m"
    assert read_texts(spec, "variance_labels") == [
        show_scaled(value, scale, "en", is_signed=True) for value in (-3_000_000, -2_700_000, -900_000)
    ]
    assert read_texts(spec, "pin_labels") == ["−8%", "−7%", "−2%"]
    assert read_texts(spec, "amounts") == ["33.0", "36.2", "36.6"]
    assert read_texts(spec, "titles") == ["ΔPL %", "ΔPL CNY m"]


def test_chinese_months_use_wan_and_chinese_month_names() -> None:
    spec = draw("months", CHINESE)
    assert months.describe_unit(MONTHS, CHINESE) == "万元"
    assert read_texts(spec, "amounts") == ["3,300", "3,620", "3,660"]
    assert read_texts(spec, "months") == ["8月", "9月", "10月"]


def test_without_any_plan_months_are_compared_with_last_year() -> None:
    """33 − 30 = 3 m more than last year; September has no last year and no variance."""
    frame = MONTHS.assign(plan_amount=None)
    spec = months.draw_three_tiers(frame, ENGLISH).to_dict()
    assert read_texts(spec, "titles") == ["ΔLY %", "ΔLY CNY m"]
    assert read_texts(spec, "variance_labels") == ["+3.0"]
    assert len(read_layer(spec, "outline")) == 1


def test_a_month_not_yet_over_is_dashed_and_has_no_variance() -> None:
    frame = MONTHS.iloc[:2].assign(is_partial=[False, True], forecast_amount=None)
    spec = months.draw_three_tiers(frame, ENGLISH).to_dict()
    assert [row["month_key"] for row in read_layer(spec, "ahead")] == ["2025-09"]
    assert [row["month_key"] for row in read_layer(spec, "actual")] == ["2025-08"]
    assert [row["month_key"] for row in read_layer(spec, "variances")] == ["2025-08"]


def test_a_plan_of_zero_has_a_gap_and_no_percentage() -> None:
    frame = MONTHS.iloc[:1].assign(plan_amount=0.0)
    spec = months.draw_three_tiers(frame, ENGLISH).to_dict()
    assert read_layer(spec, "pins") == []
    assert read_texts(spec, "variance_labels") == ["+33.0"]


def test_everything_a_months_chart_draws_lies_inside_it() -> None:
    spec = draw("months", ENGLISH)
    places = [
        value
        for layer in spec["layer"]
        for row in layer["data"]["values"]
        for column, value in row.items()
        if column.endswith("_y") and isinstance(value, (int, float))
    ]
    assert places and min(places) >= 0 and max(places) <= spec["height"]


def test_a_bullet_is_vermilion_below_95_percent_only() -> None:
    colours = {row["unit_id"]: row["colour"] for row in read_layer(draw("bullets", ENGLISH), "bars")}
    assert colours == {"E": LIGHT.worse, "C": LIGHT.actual, "S": LIGHT.actual}


def test_a_unit_without_a_plan_says_so_and_has_no_bar() -> None:
    spec = draw("bullets", ENGLISH)
    assert read_texts(spec, "missing") == ["no target"]
    assert "K" not in {row["unit_id"] for row in read_layer(spec, "bars")}


def test_a_bullet_far_above_plan_ends_in_an_arrow_and_prints_its_number() -> None:
    spec = draw("bullets", ENGLISH)
    assert [row["unit_id"] for row in read_layer(spec, "over")] == ["S"]
    assert max(row["rate"] for row in read_layer(spec, "bars")) == bullets.LIMIT
    assert read_texts(spec, "rates") == [show_share(rate, "en") for rate in (0.942, 0.96, 2.25)]
    assert read_texts(spec, "gaps") == ["−4.70", "−1.50", "+5.00"]


def test_a_bridge_floats_from_step_to_step() -> None:
    """274.3 + 18.9 = 293.2; 293.2 − 11.8 = 281.4; the unknown step moves nothing."""
    spec = draw("bridge", ENGLISH)
    floats = [(row["start"], row["end"]) for row in read_layer(spec, "changes")]
    assert floats == [pytest.approx((274.3, 293.2)), pytest.approx((293.2, 281.4))]
    assert [row["total"] for row in read_layer(spec, "totals")] == pytest.approx([274.3, 281.4])
    assert read_texts(spec, "amounts") == ["274", "+19", "−12", "—", "281"]


def test_every_province_has_a_tile_and_its_own_place() -> None:
    assert len(PROVINCES) == 34
    assert len({(province.column, province.row) for province in PROVINCES}) == 34
    assert len({province.code for province in PROVINCES}) == 34
    assert len(read_layer(draw("tiles", ENGLISH), "tiles")) == 34


def test_tiles_name_provinces_in_the_readers_language() -> None:
    assert "JS" in read_texts(draw("tiles", ENGLISH), "shorts")
    assert "江苏" in read_texts(draw("tiles", CHINESE), "shorts")


def test_a_province_without_a_rate_is_grey_with_a_dash() -> None:
    spec = draw("tiles", ENGLISH)
    tibet = next(row for row in read_layer(spec, "rates") if row["province_code"] == "XZ")
    assert tibet["text"] == "—"
    colours = {row["province_code"]: row["colour"] for row in read_layer(spec, "tiles")}
    assert colours["XZ"] == colours["TW"] == LIGHT.panel
    assert next(row for row in read_layer(spec, "rates") if row["province_code"] == "JS")["text"] == show_number(
        86, "en"
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("江苏", "JS"),
        ("江苏省", "JS"),
        ("Jiangsu", "JS"),
        ("Jiangsu Province", "JS"),
        ("CN-JS", "JS"),
        ("js", "JS"),
        ("北京市", "BJ"),
        ("内蒙古自治区", "NM"),
        ("Inner Mongolia", "NM"),
        ("新疆维吾尔自治区", "XJ"),
        ("广西壮族自治区", "GX"),
        ("宁夏回族自治区", "NX"),
        ("香港特别行政区", "HK"),
        ("Hong Kong SAR", "HK"),
        ("Shaanxi", "SN"),
        ("Shanxi", "SX"),
        ("南京市", None),
        ("", None),
        (None, None),
    ],
)
def test_a_province_is_found_however_it_is_written(written: str | None, code: str | None) -> None:
    assert find_province(written) == code


def test_ranking_writes_amounts_in_one_unit() -> None:
    assert read_texts(draw("ranking", ENGLISH), "values") == ["2.50", "−0.30"]
    assert ranking.describe_unit(RANKING, ENGLISH) == "CNY m"


def test_ranking_takes_rates_and_labels_too() -> None:
    frame = pd.DataFrame({"unit_id": ["a", "b"], "unit_name": ["A", "B"], "rate": [0.5, 0.25], "label": ["half", None]})
    spec = ranking.draw_ranking(frame, ENGLISH).to_dict()
    assert read_texts(spec, "values") == ["half", "25.0%"]


def test_the_running_sum_is_labelled_where_it_crosses_a_half_and_four_fifths() -> None:
    """45 %, then 85 %: the second unit crosses both."""
    spec = draw("shares", ENGLISH)
    assert read_texts(spec, "crossing_left") + read_texts(spec, "crossing_right") == ["top 2: 85.0%"]


def test_heat_prints_the_rate_and_a_dash_for_none() -> None:
    assert read_texts(draw("heat", ENGLISH), "texts") == ["94%", "—", "108%"]


def test_a_sequential_heat_runs_from_none_to_the_largest() -> None:
    spec = heat.draw_heat(HEAT.assign(rate=[0.0, 0.1, 0.2]), ENGLISH, scheme="sequential").to_dict()
    assert [row["colour"] for row in read_layer(spec, "cells")][::2] == [LIGHT.sequential[0], LIGHT.sequential[-1]]


def test_a_unit_without_growth_or_attainment_has_no_dot() -> None:
    assert {row["unit_id"] for row in read_layer(draw("quadrants", ENGLISH), "dots")} == {"a", "b"}


def test_the_pace_chart_names_its_lines_at_their_ends() -> None:
    spec = draw("pace", ENGLISH)
    ends = [read_texts(spec, f"end_{name}")[0] for name in ("target", "mid", "actual")]
    assert ends == ["Target 4.80", "Expected 4.10", "Actual 2.10"]


def test_a_landing_without_a_range_shows_only_what_is_known() -> None:
    spec = draw("landing", ENGLISH)
    assert [row["unit_id"] for row in read_layer(spec, "ranges")] == ["a"]
    assert read_texts(spec, "mids") == ["92%", "—"]
    assert read_texts(spec, "spans") == ["88–96%"]


def test_the_step_that_loses_most_is_outlined() -> None:
    """5,865 − 4,182 = 1,683 lost; 4,182 − 2,105 = 2,077 lost."""
    spec = draw("ladder", ENGLISH)
    assert [row["worst"] for row in read_layer(spec, "worst")] == [2105]
    assert read_texts(spec, "counts") == ["5,865", "4,182", "2,105"]
    assert read_texts(spec, "rates") == ["71%", "50%"]


def test_a_terminal_without_potential_cannot_be_placed() -> None:
    assert {row["terminal_id"] for row in read_layer(draw("potential", ENGLISH), "dots")} == {"t1", "t2", "t4"}


def test_the_brush_finds_what_is_drawn_inside_it_even_at_the_edge() -> None:
    """t4 has three times its potential and stands at the top edge, 1.05 × 120 %; t1 lies at 20 %."""
    ranges = {"potential_amount": [40_000.0, 200_000.0], "share_rate": [1.0, 1.26]}
    assert potential.find_brushed(POTENTIAL, ranges) == ["t4"]
    assert potential.find_brushed(POTENTIAL, {"potential_amount": [40_000.0, 200_000.0]}) == ["t1", "t4"]
    assert potential.find_brushed(POTENTIAL, {}) == []


def test_the_brush_finds_losses_at_the_foot() -> None:
    low, _ = returns.limit_returns(returns.keep_placeable(RETURNS.iloc[:3].to_dict("records")))
    assert returns.find_brushed(RETURNS, {"cost_amount": [1.0, 1e9], "return_amount": [low * 0.9, low * 1.1]}) == ["a3"]


def test_an_estimate_is_blue_only_when_its_whole_interval_is_above_the_reference() -> None:
    spec = draw("forest", ENGLISH)
    colours = {row["unit_id"]: row["colour"] for row in read_layer(spec, "solid")}
    assert colours == {"good": LIGHT.better, "open": LIGHT.faint, "bad": LIGHT.worse}
    assert [row["unit_id"] for row in read_layer(spec, "hollow")] == ["few"]
    assert read_texts(spec, "estimates") == [*(show_ratio(value, "en") for value in (2.6, 1.6, 0.7, 1.5)), "—"]
    assert read_texts(spec, "counts") == ["n=86", "n=28", "n=6", "n=3"]


def test_an_interval_of_a_few_does_not_squeeze_the_others() -> None:
    spec = draw("forest", ENGLISH)
    assert {row["unit_id"] for row in read_layer(spec, "beyond_low")} == {"few"}
    assert {row["unit_id"] for row in read_layer(spec, "beyond_high")} == {"few"}


def test_a_forest_of_shares_signs_its_numbers() -> None:
    frame = FOREST.iloc[:1].assign(estimate=0.126, low=0.081, high=0.17)
    spec = forest.draw_forest(frame, ENGLISH, reference=0.0, format="share").to_dict()
    assert read_texts(spec, "estimates") == ["+12.6%"]
    assert read_texts(spec, "reference_name") == ["no difference"]


def test_a_league_is_coloured_only_where_the_whole_interval_is_clear_of_nothing() -> None:
    spec = draw("league", ENGLISH)
    colours = {row["unit_id"]: row["colour"] for row in read_layer(spec, "solid")}
    assert colours == {"good": LIGHT.better, "open": LIGHT.faint, "bad": LIGHT.worse}
    assert [row["unit_id"] for row in read_layer(spec, "inner")] == ["good", "open", "bad"]
    assert read_texts(spec, "asides") == ["n=86", "n=28", "n=6", "n=3"]


def test_a_running_sum_counts_mean_months() -> None:
    """25 index points are a quarter of a mean month."""
    assert read_texts(draw("persistence", ENGLISH), "end") == ["+0.25"]


def test_the_band_of_an_event_study_is_the_control_plus_the_difference() -> None:
    """At month 1 the control is 100, the difference 8 to 16: the band runs from 108 to 116."""
    band = read_layer(draw("event study", ENGLISH), "band")
    assert (band[-1]["low"], band[-1]["high"]) == (108.0, 116.0)


def test_a_pair_with_only_one_share_has_no_line() -> None:
    spec = draw("pairs", ENGLISH)
    assert [row["unit_id"] for row in read_layer(spec, "joins")] == ["a"]
    assert read_texts(spec, "upper_texts") == ["52%", "24%"]


def test_an_activity_that_lost_money_stands_hollow_at_the_foot() -> None:
    spec = draw("returns", ENGLISH)
    assert [row["activity_id"] for row in read_layer(spec, "feet")] == ["a3"]
    assert {row["activity_id"] for row in read_layer(spec, "dots")} == {"a1", "a2"}


@pytest.mark.parametrize(("name", "unit"), [("months", "CNY m"), ("bullets", "CNY m"), ("pace", "CNY m")])
def test_one_chart_has_one_unit(name: str, unit: str) -> None:
    """Every measure with a unit in the tooltips and titles names the same one."""
    named = re.findall(r"CNY (?:bn|m|k)\b", json.dumps(draw(name, ENGLISH), ensure_ascii=False))
    assert set(named) == {unit}


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_words_can_be_read_on_every_colour_of_the_ramps(palette: Any) -> None:
    for ramp in (palette.diverging, palette.sequential):
        for step in range(41):
            ground = mix_colour(ramp, step / 40)
            assert measure_contrast(choose_ink(ground), ground) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_meets_the_contrast_of_wcag(palette: Any) -> None:
    for colour in (palette.text, palette.muted, palette.worse_text, palette.better):
        assert measure_contrast(colour, palette.page) >= 4.5
    for colour in (palette.actual, palette.better, palette.worse, palette.faint):
        assert measure_contrast(colour, palette.page) >= 2.95


def test_ticks_are_round_and_inside() -> None:
    assert choose_ticks(0, 1, 4) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert choose_ticks(-7, 23, 5) == [-5.0, 0.0, 5.0, 10.0, 15.0, 20.0]
    assert choose_log_ticks(8_000, 400_000) == [10_000.0, 30_000.0, 100_000.0, 300_000.0]


def test_labels_that_would_touch_are_spread_around_their_middle() -> None:
    assert spread_labels([50, 52, 90], gap=14, top=0, bottom=100) == [44.0, 58.0, 90.0]


def test_a_chinese_character_is_measured_as_wide_as_it_is_high() -> None:
    assert measure_text("江苏", 12) == 24.0
