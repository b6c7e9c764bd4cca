"""Why sales changed: drivers that add up to the cent at every level, what carries the change, what is no news; the stories
of the demo by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from insight.analysis.change import find_driver, find_lagging, find_line_driver, judge, lag_places, measure_variation
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.sentences import explaining as sentences
from insight.store import open_current
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

Open = Callable[..., Warehouse]
ROOT = Path(__file__).resolve().parent.parent
LEVELS = ("whole", "territory", "place", "distributor", "product_line")
COVERAGE = Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 20), False)


def parameters(coverage: Coverage = COVERAGE, **chosen: Any) -> dict[str, object]:
    filters = Filters(**chosen)
    return make_parameters(filters, find_window(filters, coverage))


LINE = st.tuples(
    st.sampled_from([date(2025, 1, 5), date(2025, 3, 10), date(2025, 3, 25), date(2026, 1, 5), date(2026, 3, 10)]),
    st.sampled_from(["D1", "D2"]),
    st.sampled_from(["H1", "H2", "H3"]),
    st.sampled_from(["P1", "P2", "P3"]),
    st.integers(-4, 9),
    st.integers(-9_000, 90_000),
)


def publish_lines(open_company: Open, lines: list[tuple[Any, ...]]) -> Warehouse:
    """H2 belongs to A up to August 2025 and to B from then on; P1 and P2 are told in boxes, P3 in tests."""
    lines = [*lines, (date(2026, 3, 20), "D1", "H1", "P1", 1, 100), (date(2025, 1, 1), "D1", "H1", "P1", 1, 100)]
    return open_company(
        territories={"territory_id": ["R", "A", "B"], "name": ["R", "A", "B"], "parent_id": [None, "R", "R"]},
        distributors={"distributor_id": ["D1", "D2"], "name": ["One", "Two"]},
        terminals={"terminal_id": ["H1", "H2", "H3"], "name": ["H1", "H2", "H3"], "territory_id": ["A", "B", None]},
        terminal_territories={
            "terminal_id": ["H2"],
            "territory_id": ["A"],
            "valid_from": [date(2025, 1, 1)],
            "valid_to": [date(2025, 8, 1)],
        },
        products={
            "product_id": ["P1", "P2", "P3"],
            "name": ["P1", "P2", "P3"],
            "product_line": ["red", "blue", None],
            "unit": ["box", "box", "test"],
        },
        flows={
            "flow_id": [f"F{place}" for place in range(len(lines))],
            "occurred_on": [line[0] for line in lines],
            "seller_id": [line[1] for line in lines],
            "buyer_id": [line[2] for line in lines],
            "product_id": [line[3] for line in lines],
            "quantity": [Decimal(line[4]) for line in lines],
            "amount": [Decimal(line[5]) / 100 for line in lines],
        },
    )


@settings(max_examples=3, deadline=None)
@given(lines=st.lists(LINE, min_size=1, max_size=40))
def test_drivers_add_up_to_the_change_to_the_cent_at_every_level(
    lines: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    import pyarrow as pa

    from insight.company import Company, Workspace
    from insight.publish import publish

    def make(**tables: Any) -> Warehouse:
        company = Company(Workspace("Drawn"), {name: pa.table(rows) for name, rows in tables.items()})
        return open_published(publish(company, tmp_path_factory.mktemp("lines")))

    warehouse = publish_lines(make, lines)
    known = [*lines, (date(2026, 3, 20), "", "", "", 1, 100), (date(2025, 1, 1), "", "", "", 1, 100)]
    now = sum((Decimal(line[5]) for line in known if line[0] >= date(2026, 1, 1)), Decimal(0)) / 100
    # the comparison's March ends on the 20th as well
    before = sum((Decimal(line[5]) for line in known if line[0] <= date(2025, 3, 20)), Decimal(0)) / 100
    for level in LEVELS:
        totals = ask_frame(warehouse, "attainment/driver_totals", by_unit=level, **parameters())
        table = totals.pivot_table(index="unit_id", columns="driver", values="change_amount", aggfunc="sum").fillna(
            Decimal(0)
        )
        drivers = table.drop(columns=["base", "current"])
        assert (table["current"].sum(), table["base"].sum()) == (now, before), level
        assert list(drivers.sum(axis=1)) == list(table["current"] - table["base"]), level
        parts = ask_frame(warehouse, "attainment/drivers", by_unit=level, **parameters())
        moved = parts[~parts["driver"].isin(["base", "current"])]
        assert moved["change_amount"].sum() == now - before, level
        for driver in drivers if level == "place" else ():
            behind = [
                ask_frame(
                    warehouse,
                    "attainment/driver_terminals",
                    by_unit=level,
                    unit=unit,
                    driver=driver,
                    row_limit=99,
                    **parameters(),
                )["change_amount"].sum()
                for unit in table.index
            ]
            assert sum(behind) == drivers[driver].sum(), (level, driver)
    close_warehouse(warehouse)


def test_each_driver_is_what_the_convention_says(open_company: Open) -> None:
    """Kept (boxes): P1 at H1 10 × 10 → 12 × 8, P2 at H1 5 × 20 → 5 × 20. Price 12 × (8 − 10) = −24; mean price before
    200/15 = 13.33; volume 2 × 13.33 = 26.67; change 96 + 100 − 200 = −4, so mix = −4 + 24 − 26.67 = −6.67. P3 is new at
    H1: 7; H3 is new: 9; H2 moved from A to B: +30 there, −20 here, and −1 more goods came back at H1.
    """
    then, now = date(2025, 1, 5), date(2026, 1, 5)
    lines = [
        (then, "D1", "H1", "P1", 10, 10_000),
        (now, "D1", "H1", "P1", 12, 9_600),
        (then, "D1", "H1", "P2", 5, 10_000),
        (now, "D1", "H1", "P2", 5, 10_000),
        (now, "D1", "H1", "P3", 1, 700),
        (now, "D1", "H3", "P3", 1, 900),
        (then, "D1", "H2", "P3", 2, 2_000),
        (now, "D1", "H2", "P3", 2, 3_000),
        (now, "D1", "H1", "P2", -1, -100),
    ]
    warehouse = publish_lines(open_company, lines)
    march = parameters(
        Coverage(date(2025, 1, 1), date(2026, 3, 1), date(2026, 3, 20), False),
        period="custom",
        first_month=date(2026, 1, 1),
        last_month=date(2026, 1, 1),
    )
    places = ask_frame(warehouse, "attainment/drivers", by_unit="place", **march)
    table = {
        (row.unit_id, row.driver): row.change_amount
        for row in places.groupby(["unit_id", "driver"], as_index=False)["change_amount"].sum().itertuples()
    }
    # the two lines of 100 cents that publish_lines adds lie on 1 January 2025 (P1 at H1) and in March 2026
    assert table["A", "returned"] == Decimal("-1.00")
    assert table["A", "new_products"] == Decimal("7.00")
    assert table["", "new_terminals"] == Decimal("9.00")
    assert (table["A", "moved"], table["B", "moved"]) == (Decimal("-20.00"), Decimal("30.00"))
    whole = ask_frame(warehouse, "attainment/driver_totals", by_unit="whole", **march).set_index("driver")[
        "change_amount"
    ]
    assert "moved" not in whole
    # P1 before: 11 for 101.00, so 9.1818 each; 12 × (8 − 9.1818) = −14.18. P3 at H2: 2 × (15 − 10) = 10. Together −4.18
    assert whole["price"] == Decimal("-4.18")
    # boxes: 17 − 16 = 1 at 201/16 = 12.56; tests: none
    assert whole["volume"] == Decimal("12.56")


# --- what carries the change -------------------------------------------------------------------------------------------

CELLS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]), st.sampled_from(["price", "volume", "lost_terminals"]), st.integers(-999, 999)
    ),
    min_size=1,
    max_size=20,
)


@settings(deadline=None, max_examples=40)
@given(CELLS)
def test_what_units_lack_against_the_whole_adds_up_to_nothing_by_driver_and_to_their_change_by_unit(
    cells: list[tuple[str, str, int]],
) -> None:
    frame = pd.DataFrame(cells, columns=["unit_id", "driver", "change_amount"]).astype({"change_amount": float})
    bases = pd.Series({"A": 500.0, "B": 300.0, "C": 200.0})
    lags = lag_places(frame, bases)
    assert list(lags.sum()) == pytest.approx([0.0] * lags.shape[1], abs=1e-6)
    growth = frame["change_amount"].sum() / 1000
    own = frame.groupby("unit_id")["change_amount"].sum().reindex(bases.index).fillna(0.0)
    assert list(lags.sum(axis=1)) == pytest.approx(list(own - bases * growth), abs=1e-6)


def past(unit: str, rates: list[float]) -> list[dict[str, Any]]:
    months = pd.date_range("2024-01-01", periods=len(rates), freq="MS")
    return [
        {"unit_id": unit, "sales_month": month.date(), "sales_amount": 100 * (1 + rate), "base_amount": 100.0}
        for month, rate in zip(months, rates, strict=True)
    ]


def test_usual_variation_is_the_robust_deviation_of_growth_against_the_whole_over_as_many_months() -> None:
    """A swings by ±10 points, B by ∓10: against the whole (0) the median deviation is 0.10; over four months half of it."""
    swing = [0.1, -0.1] * 4
    frame = pd.DataFrame(past("A", swing) + past("B", [-rate for rate in swing]))
    found = measure_variation(frame, [date(2025, month, 1) for month in range(1, 5)])
    assert found == pytest.approx({"A": 1.4826 * 0.1 / 2, "B": 1.4826 * 0.1 / 2})
    assert judge(-0.14, "A", found) == "usual"  # within two of 0.074
    assert judge(-0.16, "A", found) == "unusual"
    assert judge(-0.16, "new", found) == "unknown"


def test_with_under_six_months_of_past_nothing_is_called_usual_or_unusual() -> None:
    assert measure_variation(pd.DataFrame(past("A", [0.1] * 5)), [date(2025, 1, 1)]) == {}


def test_units_within_their_usual_variation_and_of_few_terminals_are_not_named() -> None:
    """A lacks most but always swings so; B has three terminals; C is news."""
    cells = pd.DataFrame(
        [("A", "volume", -90.0), ("B", "volume", -60.0), ("C", "price", -40.0), ("D", "volume", 190.0)],
        columns=["unit_id", "driver", "change_amount"],
    )
    bases = pd.Series({"A": 400.0, "B": 300.0, "C": 200.0, "D": 100.0})
    found = find_lagging(cells, bases, {"A": 0.5, "B": 0.01, "C": 0.01, "D": 0.01}, {"A": 50, "B": 3, "C": 50, "D": 50})
    assert found is not None and (found.units, found.driver, found.amount) == (("C",), "price", -40.0)
    assert found.share == pytest.approx(40 / 190)


def test_the_line_and_driver_that_took_most_come_with_their_share_of_all_losses() -> None:
    cells = pd.DataFrame(
        [("red", "price", -30.0), ("red", "volume", 50.0), ("blue", "volume", -8.0), ("blue", "mix", -2.0)],
        columns=["product_line", "driver", "change_amount"],
    )
    found = find_line_driver(cells, pd.Series({"red": 300.0, "blue": 100.0}), {"red": 0.01}, -1)
    assert found is not None and (found.units, found.driver, found.share, found.normal) == (
        ("red",),
        "price",
        0.75,
        "unusual",
    )
    assert find_driver(cells.groupby("driver")["change_amount"].sum(), 1) == (["volume"], 1.0)


# --- sentences ----------------------------------------------------------------------------------------------------------


def test_a_change_within_the_usual_variation_is_said_to_be() -> None:
    said = sentences.tell_line("Red", "price", -30.0, 300.0, 0.75, "usual", "en", "CNY")
    assert said == (
        "Red: price took ¥30 (−10.0% of the line’s sales), 75% of all that was lost to any driver. "
        "That is within what the line moves anyway."
    )
    assert "within its usual variation" in sentences.tell_shortfall(
        ["X"], 0.5, -10.0, 0.01, 0.02, "volume", "usual", "en", "CNY"
    )


def test_loading_is_called_so_beside_both_attainments() -> None:
    assert sentences.tell_stock(["D3", "D18"], 1.04, 0.97, "en") == (
        "Sell-in is at 104.0% of its target, pure sales at 97.0%; looks like loading at D3 and D18"
    )
    assert sentences.tell_stock([], None, None, "en") == "Nothing looks like loading"


# --- the demo's stories -------------------------------------------------------------------------------------------------


@pytest.fixture
def read_part(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    monkeypatch.setenv("INSIGHT_STORE", str(demo_store))

    def read(part: str, language: str = "en") -> str:
        at = AppTest.from_file(str(ROOT / "insight" / "shell.py"), default_timeout=60)
        at.query_params["lang"] = language
        at.session_state["_view"] = {"attainment": {"part": part}}
        at.run()
        at.switch_page("../pages/attainment.py").run()
        assert not at.exception
        return "\n".join([at.title[0].value, *(block.value for block in at.markdown)])

    return read


def test_the_demos_weak_provinces_are_named_by_the_headline(read_part: Callable[[str], str]) -> None:
    headline = read_part("stand").splitlines()[0]
    assert all(name in headline for name in ("Jiangsu", "Henan", "Hubei"))


def test_the_demos_weak_provinces_price_cut_and_loading_are_explained(
    read_part: Callable[[str], str], warehouse: Warehouse
) -> None:
    said = read_part("why")
    headline = said.splitlines()[0]
    assert all(name in headline for name in ("Jiangsu", "Henan", "Hubei", "Coagulation", "price"))
    assert "Jiangsu, Henan and Hubei make up" in said.partition("\n")[2]
    assert "Coagulation: price took" in said
    names = ask_frame(warehouse, "filters/distributors").set_index("distributor_id")["name"]
    loading = next(line for line in said.splitlines() if "looks like loading" in line)
    assert names["D0003"] in loading and names["D0018"] in loading


@pytest.fixture
def warehouse(demo_store: Path) -> Iterator[Warehouse]:
    opened = open_published(open_current(demo_store))
    yield opened
    close_warehouse(opened)
