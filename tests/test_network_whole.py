"""The whole network and the matrix: places, identities of what is drawn, search, and what goes to the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from insight.analysis.network.layout import pack_circles, place_parties
from insight.asking import fill_defaults
from insight.catalog import read_question
from insight.charts.matrix import choose_matrix_scale, draw_matrix
from insight.charts.theme import Style, write_spec
from insight.charts.whole import LIVELY
from insight.filters import Coverage, Filters, find_window, make_parameters
from insight.sentences import whole as sentences
from insight.store import open_current
from insight.ui.network.matrix import name_cells
from insight.ui.network.whole import MOST_LINES, Drawing, draw_parties
from insight.warehouse import Warehouse, close_warehouse
from published import ask_frame, open_published

Open = Callable[..., Warehouse]
COVERAGE = Coverage(date(2024, 1, 1), date(2026, 9, 1), date(2026, 9, 16), False)
STYLE = Style("en", False, "CNY")
ALL = 1_000_000


@pytest.fixture(scope="module")
def demo(demo_store: Path) -> Iterator[Warehouse]:
    """The small demo, opened."""
    warehouse = open_published(open_current(demo_store))
    yield warehouse
    close_warehouse(warehouse)


def ask_network(warehouse: Warehouse, name: str, chosen: dict[str, Any] | None = None, **own: Any) -> pd.DataFrame:
    filters = Filters(**(chosen or {}))
    window = find_window(filters, COVERAGE)
    given = {**fill_defaults(read_question(name), window), **make_parameters(filters, window), **own}
    return ask_frame(warehouse, name, **given)


def make_parties(terminals: int, distributors: int, seed: int, regions: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Parties and links as the questions give them; sizes are skewed, one terminal in four buys from two."""
    chance = np.random.default_rng(seed)
    owner = chance.choice(
        distributors, terminals, p=(weights := chance.pareto(1.2, distributors) + 0.1) / weights.sum()
    )
    second = chance.integers(0, distributors, terminals)
    bought = chance.lognormal(8, 1.5, terminals).round(2)
    bought[chance.random(terminals) < 0.02] = 0.0  # returned everything
    region = chance.integers(0, regions, distributors)
    links = [("sell_in", "manufacturer:M0", f"distributor:D{place}", 100.0) for place in range(distributors)]
    sold, reach = np.zeros(distributors), np.zeros(distributors, dtype=int)
    rows: list[tuple[Any, ...]] = []
    for place in range(terminals):
        has_two = place % 4 == 0 and second[place] != owner[place]
        parts = [(owner[place], bought[place] * (0.7 if has_two else 1.0))]
        if has_two:
            parts.append((second[place], bought[place] * 0.3))
        for seller, amount in parts:
            links.append(("pure_sales", f"distributor:D{seller}", f"terminal:T{place}", float(amount)))
            sold[seller] += amount
            reach[seller] += 1
        where = f"R{region[owner[place]]}"
        rows.append((f"terminal:T{place}", "terminal", f"Clinic {place}", None, "clinic", where, where,
                     f"distributor:D{owner[place]}", len(parts), 0, float(bought[place]), 1))  # fmt: skip
    for place in range(distributors):
        where = f"R{region[place]}"
        rows.append((f"distributor:D{place}", "distributor", f"Trader {place}", 1 + place % 2, None, where, where,
                     "manufacturer:M0", 1, int(reach[place]), float(sold[place]), 1))  # fmt: skip
    rows.append(
        ("manufacturer:M0", "manufacturer", "Maker", None, None, None, None, None, 0, 0, float(bought.sum()), 1)
    )
    columns = ["node_id", "kind", "node_name", "tier", "type", "region_id", "region_name", "main_source_id"]
    columns += ["supplier_count", "terminal_count", "sales_amount", "member_count"]
    return (
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(links, columns=["stage", "source_id", "target_id", "link_amount"]),
    )


REGIONS = pd.DataFrame(
    {"region_id": [f"R{place}" for place in range(5)], "region_name": [f"R{place}" for place in range(5)]}
)


def draw(parties: pd.DataFrame, links: pd.DataFrame, **more: Any) -> tuple[Drawing, dict[str, Any]]:
    drawing = draw_parties(parties, links, REGIONS, place_parties(parties), STYLE, **more)
    return drawing, json.loads(drawing.spec)["series"][0]


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("terminals", "distributors"), [(0, 1), (1, 1), (30, 3), (300, 25), (2_000, 200)])
def test_every_party_has_a_finite_place_of_its_own_and_no_two_circles_overlap(
    terminals: int, distributors: int
) -> None:
    parties, _ = make_parties(terminals, distributors, seed=terminals)
    places = place_parties(parties)
    assert np.isfinite(places.to_numpy(dtype=float)).all()
    assert len(places[["x", "y"]].round(6).drop_duplicates()) == len(parties)
    x, y, radius = (places[column].to_numpy() for column in ("x", "y", "radius"))
    apart = np.hypot(x[:, None] - x, y[:, None] - y) - radius[:, None] - radius
    np.fill_diagonal(apart, 1.0)
    assert apart.min() > -1e-6


def test_the_same_parties_get_the_same_places_in_whatever_order_they_come() -> None:
    parties, _ = make_parties(400, 40, seed=3)
    once, again = place_parties(parties), place_parties(parties)
    pd.testing.assert_frame_equal(once, again)
    shuffled = parties.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(once, place_parties(shuffled).loc[parties.index])


def test_terminals_stand_nearer_to_their_main_distributor_than_to_any_other() -> None:
    parties, _ = make_parties(1_000, 60, seed=8)
    places = place_parties(parties)
    is_seller = (parties["kind"] == "distributor").to_numpy()
    sellers = parties.loc[is_seller, "node_id"].to_numpy()
    at = places.loc[is_seller, ["x", "y"]].to_numpy()
    terminals = (parties["kind"] == "terminal").to_numpy()
    spots = places.loc[terminals, ["x", "y"]].to_numpy()
    apart = np.hypot(spots[:, None, 0] - at[:, 0], spots[:, None, 1] - at[:, 1])
    own = parties.loc[terminals, "main_source_id"].to_numpy()[:, None] == sellers
    assert apart[own].mean() < apart[~own].mean() / 4
    # inside its own distributor's circle and outside all others
    reach = places.loc[is_seller, "reach"].to_numpy()
    assert (apart[own] < np.broadcast_to(reach, apart.shape)[own]).all()
    assert (apart[~own] > np.broadcast_to(reach, apart.shape)[~own]).all()


def test_a_terminal_twice_the_sales_has_twice_the_area() -> None:
    """√ 200 ÷ √ 100 = √ 2 in radius; the usual one of 100, 100 and 200 has the radius 1."""
    parties, _ = make_parties(3, 1, seed=1)
    parties.loc[parties["kind"] == "terminal", "sales_amount"] = [100.0, 200.0, 100.0]
    radius = place_parties(parties)["radius"][parties["kind"] == "terminal"]
    assert radius.tolist() == pytest.approx([1.0, 2**0.5, 1.0])


def test_a_terminal_whose_supplier_is_not_in_the_list_has_a_place_too() -> None:
    parties, _ = make_parties(20, 2, seed=5)
    parties.loc[0, "main_source_id"] = None
    parties.loc[1, "main_source_id"] = "distributor:elsewhere"
    places = place_parties(parties)
    assert np.isfinite(places[["x", "y"]].to_numpy()).all()
    assert len(places[["x", "y"]].round(6).drop_duplicates()) == len(parties)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 50, 500])
@pytest.mark.parametrize("wide", [1.0, 2.3])
def test_packed_circles_touch_and_never_overlap(count: int, wide: float) -> None:
    sizes = np.sort(np.random.default_rng(count).lognormal(0, 1, count))[::-1].copy()
    x, y = pack_circles(sizes, wide)
    apart = np.hypot(x[:, None] - x, y[:, None] - y) - sizes[:, None] - sizes
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > -1e-6
    assert count == 1 or (apart.min(1) < 1e-6).all()


# --- identities ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chosen",
    [{}, {"territories": ("EAST",)}, {"product_lines": ("immunoassay",)}, {"distributors": ("D0001", "D0002")}],
    ids=str,
)
@pytest.mark.parametrize("limit", [ALL, 50, 0])
def test_every_party_and_every_cent_is_drawn_or_in_an_others(
    demo: Warehouse, chosen: dict[str, Any], limit: int
) -> None:
    """Terminals one by one and taken together are all terminals; what they bought, what distributors and makers sold
    and the lines between them are each all pure sales."""
    (totals,) = ask_network(demo, "overview/totals", chosen).to_dict("records")
    whole = ask_network(demo, "network/parties", chosen, terminal_limit=ALL)
    parties = ask_network(demo, "network/parties", chosen, terminal_limit=limit)
    links = ask_network(demo, "network/links", chosen, terminal_limit=limit)
    is_end = parties["kind"].isin(["terminal", "others"])
    assert parties.loc[is_end, "member_count"].sum() == (whole["kind"] == "terminal").sum()
    assert (parties["kind"] == "terminal").sum() == min(limit, (whole["kind"] == "terminal").sum())
    assert set(parties.loc[~is_end, "node_id"]) == set(whole.loc[~whole["kind"].isin(["terminal"]), "node_id"])
    assert parties["node_id"].is_unique
    assert set(links["source_id"]) | set(links["target_id"]) == set(parties["node_id"])
    pure = links[links["stage"] == "pure_sales"]
    direct = pure.loc[pure["source_id"].str.startswith("manufacturer:"), "link_amount"].sum()
    sold = parties.loc[parties["kind"] == "distributor", "sales_amount"].sum()
    assert pure["link_amount"].sum() == totals["current_amount"]
    assert parties.loc[is_end, "sales_amount"].sum() == totals["current_amount"]
    assert sold + direct == totals["current_amount"]
    makers = parties.loc[parties["kind"] == "manufacturer", "sales_amount"].sum()
    assert makers == totals["current_amount"] or chosen  # under a filter a maker may ship nothing in
    drawing = draw_parties(
        *(_as_floats(frame) for frame in (parties, links)), REGIONS, place_parties(_as_floats(parties)), STYLE
    )
    assert drawing.counts["terminal"] + drawing.counts["hidden"] == (whole["kind"] == "terminal").sum()
    assert len(json.loads(drawing.spec)["series"][0]["data"]) == len(parties) == len(drawing.ids)


@pytest.mark.parametrize(
    "chosen", [{}, {"territories": ("SOUTH",)}, {"distributors": ("D0001",)}, {"period": "r12"}], ids=str
)
@pytest.mark.parametrize("columns", ["region", "province", "product_line", "type"])
def test_the_matrix_adds_up_to_the_pages_pure_sales(demo: Warehouse, chosen: dict[str, Any], columns: str) -> None:
    (totals,) = ask_network(demo, "overview/totals", chosen).to_dict("records")
    for rows, most in ((30, 31), (3, 2)):
        cells = ask_network(demo, "network/matrix", chosen, columns=columns, row_limit=rows, column_limit=most)
        assert cells["sales_amount"].sum() == totals["current_amount"]
        assert cells["row_id"].nunique() <= rows + 1
        assert cells["column_id"].nunique() <= most + 2  # others, and what is not known
        assert not cells.duplicated(["row_id", "column_id"]).any()


def test_a_small_channel_is_worked_by_hand(open_company: Open) -> None:
    """D1 sells T1 60 and T2 30, D2 sells T2 50 and T3 20 less 20 returned, M1 sells T4 5 itself.
    Named are the two that buy most, T2 (80) and T1 (60); T3 (0) stands with D2 and T4 (5) with M1."""
    lines = [("M1", "D1", "70"), ("M1", "D2", "40"), ("D1", "T1", "60"), ("D1", "T2", "30"), ("D2", "T2", "50"),
             ("D2", "T3", "20"), ("D2", "T3", "-20"), ("M1", "T4", "5")]  # fmt: skip
    warehouse = open_company(
        manufacturers={"manufacturer_id": ["M1"], "name": ["Maker"]},
        products={"product_id": ["P1"], "name": ["Kit"], "manufacturer_id": ["M1"], "product_line": ["kits"]},
        territories={
            "territory_id": ["E", "W"],
            "name": ["East", "West"],
            "parent_id": pd.Series([None, None], dtype=str),
        },
        distributors={
            "distributor_id": ["D1", "D2"],
            "name": ["First", "Second"],
            "territory_id": ["E", None],
            "tier": [1, 1],
        },
        terminals={
            "terminal_id": ["T1", "T2", "T3", "T4"],
            "name": ["One", "Two", "Three", "Four"],
            "territory_id": ["E", "W", "W", None],
        },
        flows={
            "flow_id": [f"F{number}" for number in range(len(lines))],
            "occurred_on": [date(2026, 9, 2 + number) for number in range(len(lines))],
            "seller_id": [line[0] for line in lines],
            "buyer_id": [line[1] for line in lines],
            "product_id": ["P1"] * len(lines),
            "quantity": [Decimal("-1.000") if line[2].startswith("-") else Decimal("1.000") for line in lines],
            "amount": [Decimal(line[2]).quantize(Decimal("0.01")) for line in lines],
        },
    )
    parties = ask_network(warehouse, "network/parties", terminal_limit=2).set_index("node_id")
    assert sorted(parties.index) == [
        "distributor:D1", "distributor:D2", "manufacturer:M1", "others:distributor:D2", "others:manufacturer:M1",
        "terminal:T1", "terminal:T2",
    ]  # fmt: skip
    assert parties["sales_amount"].astype(float).to_dict() == {
        "distributor:D1": 90, "distributor:D2": 50, "manufacturer:M1": 145, "others:distributor:D2": 0,
        "others:manufacturer:M1": 5, "terminal:T1": 60, "terminal:T2": 80,
    }  # fmt: skip
    assert parties.loc["terminal:T2", ["main_source_id", "supplier_count"]].tolist() == ["distributor:D2", 2]
    assert parties.loc["distributor:D1", ["terminal_count", "region_id"]].tolist() == [2, "E"]
    # without a home, where most of its sales go; what it sold and took back again counts for nothing
    assert parties.loc["distributor:D2", ["terminal_count", "region_id"]].tolist() == [1, "W"]
    cells = ask_network(warehouse, "network/matrix", columns="region").set_index(["row_id", "column_id"])
    assert cells["sales_amount"].astype(float).to_dict() == {
        ("distributor:D1", "W"): 30, ("distributor:D1", "E"): 60, ("distributor:D2", "W"): 50, ("manufacturer:M1", ""): 5,
    }  # fmt: skip
    assert cells["is_home"].to_dict() == {key: key == ("distributor:D1", "E") for key in cells.index}


def test_where_no_sell_in_is_recorded_the_lines_from_the_maker_are_implied_and_said_to_be(open_company: Open) -> None:
    """D1 sells T1 60 and D2 30, D2 sells T2 50 and had 30 of it from D1: implied are M1 → D1 90 and M1 → D2 20."""
    lines = [("D1", "T1", "60"), ("D1", "D2", "30"), ("D2", "T2", "50")]
    warehouse = open_company(
        manufacturers={"manufacturer_id": ["M1"], "name": ["Maker"]},
        products={"product_id": ["P1"], "name": ["Kit"], "manufacturer_id": ["M1"], "product_line": ["kits"]},
        distributors={"distributor_id": ["D1", "D2"], "name": ["First", "Second"]},
        terminals={"terminal_id": ["T1", "T2"], "name": ["One", "Two"]},
        flows={
            "flow_id": ["F1", "F2", "F3"],
            "occurred_on": [date(2026, 9, 2)] * 3,
            "seller_id": [line[0] for line in lines],
            "buyer_id": [line[1] for line in lines],
            "product_id": ["P1"] * 3,
            "quantity": [Decimal("1.000")] * 3,
            "amount": [Decimal(line[2]).quantize(Decimal("0.01")) for line in lines],
        },
    )
    links = _as_floats(ask_network(warehouse, "network/links"))
    implied = links[links["stage"] == "implied"].set_index("target_id")
    assert implied["link_amount"].to_dict() == {"distributor:D1": 90, "distributor:D2": 20}
    assert set(implied["source_id"]) == {"manufacturer:M1"} and "sell_in" not in set(links["stage"])
    parties = _as_floats(ask_network(warehouse, "network/parties"))
    assert parties.set_index("node_id")["sales_amount"].to_dict() == {
        "manufacturer:M1": 110, "distributor:D1": 60, "distributor:D2": 50, "terminal:T1": 60, "terminal:T2": 50,
    }  # fmt: skip
    drawing, series = draw(parties, links)
    dotted = [link for link in series["links"] if link.get("lineStyle", {}).get("type") == "dotted"]
    assert len(dotted) == drawing.counts["implied"] == 2
    for language, word in (("en", "implied"), ("zh", "推算")):
        assert word in " ".join(sentences.list_whole_notes(drawing.counts, drawing.amounts, True, language, "CNY"))


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Parties with names that are hard to find."""
    import pyarrow as pa

    from insight.company import Company, Workspace
    from insight.publish import publish

    tables = {
        "manufacturers": {"manufacturer_id": ["M1"], "name": ["Société Générale"]},
        "products": {"product_id": ["P1"], "name": ["Kit"], "manufacturer_id": ["M1"]},
        "distributors": {
            "distributor_id": ["D1"],
            "name": ["广州ＡＢＣ（医药）有限公司"],
            "name_en": ["Guangzhou ABC Medical"],
        },
        "terminals": {
            "terminal_id": ["T1", "T2", "T_3"],
            "name": ["广州第一医院", "100%专科", "Sankt-Ärzte Haus"],
            "name_en": ["Guangzhou First Hospital", None, None],
        },
        "flows": {
            "flow_id": ["F1"],
            "occurred_on": [date(2026, 9, 1)],
            "seller_id": ["D1"],
            "buyer_id": ["T1"],
            "product_id": ["P1"],
            "quantity": [Decimal("1.000")],
            "amount": [Decimal("1.00")],
        },
    }
    company = Company(Workspace("Test"), {name: pa.table(columns) for name, columns in tables.items()})
    warehouse = open_published(publish(company, tmp_path_factory.mktemp("named")))
    yield warehouse
    close_warehouse(warehouse)


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("第一", {"terminal:T1"}),
        ("GUANGZHOU", {"distributor:D1", "terminal:T1"}),
        ("abc", {"distributor:D1"}),
        ("ａｂｃ", {"distributor:D1"}),
        ("(医药)", {"distributor:D1"}),
        ("（医药）", {"distributor:D1"}),
        ("societe", {"manufacturer:M1"}),
        ("ÄRZTE", {"terminal:T_3"}),
        ("t_", {"terminal:T_3"}),
        ("%", {"terminal:T2"}),
        ("  first ", {"terminal:T1"}),
        ("nobody", set()),
        ("", set()),
        ("   ", set()),
    ],
)
def test_a_party_is_found_by_part_case_accent_and_width_of_either_name_or_id(
    named: Warehouse, part: str, found: set[str]
) -> None:
    # asked in Chinese, as the page does: the English name is in a column of its own
    from insight.access import EVERYTHING
    from insight.warehouse import ask

    rows = ask(named, "network/parties_by_name", {"part": part, "row_limit": 50}, EVERYTHING, "zh").to_pylist()
    assert {row["node_id"] for row in rows} == found
    assert all(row["match_count"] == len(found) for row in rows)


def test_the_nearest_match_comes_first_and_the_count_is_of_all(named: Warehouse) -> None:
    from insight.access import EVERYTHING
    from insight.warehouse import ask

    (row,) = ask(named, "network/parties_by_name", {"part": "t", "row_limit": 1}, EVERYTHING, "zh").to_pylist()
    assert row["match_count"] == 4  # by id all three terminals, by name Société too
    (row,) = ask(named, "network/parties_by_name", {"part": "t1", "row_limit": 1}, EVERYTHING, "zh").to_pylist()
    assert row["node_id"] == "terminal:T1"


def test_a_reader_without_scope_finds_nobody_but_makers(named: Warehouse) -> None:
    from insight.access import NOTHING
    from insight.warehouse import ask

    assert ask(named, "network/parties_by_name", {"part": "guang", "row_limit": 9}, NOTHING, "zh").num_rows == 0


# --- the drawing -----------------------------------------------------------------------------------------------------


def test_the_one_found_is_marked_and_in_the_middle_of_the_view() -> None:
    parties, links = make_parties(300, 20, seed=2)
    _, plain = draw(parties, links)
    drawing, series = draw(parties, links, mark="terminal:T7")
    assert "center" not in plain and not [node for node in plain["data"] if node.get("selected")]
    (place,) = [number for number, node in enumerate(series["data"]) if node.get("selected")]
    assert drawing.ids[place] == "terminal:T7"
    assert series["center"] == [series["data"][place]["x"], series["data"][place]["y"]]
    assert series["zoom"] > 1
    # somebody the filters leave out is not found, and the whole is shown
    assert "center" not in draw(parties, links, mark="terminal:gone")[1]


@pytest.mark.parametrize("colour", ["region", "community", "tier"])
def test_colours_are_six_at_most_and_every_circle_has_one(colour: str) -> None:
    parties, links = make_parties(500, 60, seed=4, regions=9)
    _, series = draw(parties, links, colour=colour)
    used = {series["categories"][node["category"]]["itemStyle"]["color"] for node in series["data"]}
    assert len(used) <= 8  # six, grey, and the makers' own
    assert all(node["value"] for node in series["data"])


def test_a_region_keeps_its_colour_whatever_the_filters_leave() -> None:
    parties, links = make_parties(200, 20, seed=6)

    def read_colours(frame: pd.DataFrame) -> dict[str, str]:
        _, series = draw(
            frame, links[links["target_id"].isin(frame["node_id"]) & links["source_id"].isin(frame["node_id"])]
        )
        looks = [series["categories"][node["category"]] for node in series["data"]]
        return {look["name"]: look["itemStyle"]["color"] for look in looks}

    everything, part = read_colours(parties), read_colours(parties[parties["region_id"].isin(["R2", "R4"])])
    assert part and all(everything[name] == colour for name, colour in part.items())


def test_two_parties_of_one_name_are_told_apart() -> None:
    """ECharts marks by name, so two alike would be marked together."""
    parties, links = make_parties(40, 3, seed=7)
    parties.loc[[0, 1], "node_name"] = "Union {b} Clinic"
    _, series = draw(parties, links)
    names = [node["name"] for node in series["data"]]
    assert len(set(names)) == len(names)
    assert names[:2] == ["Union (b) Clinic (T0)", "Union (b) Clinic (T1)"]


def test_ten_thousand_terminals_fit_in_two_megabytes_and_light_nothing_up() -> None:
    parties, links = make_parties(10_000, 800, seed=9)
    drawing, series = draw(parties, links)
    assert len(parties) > LIVELY and series["emphasis"] == {"disabled": True}
    assert len(drawing.spec) < 2_000_000
    assert not drawing.has_spokes
    # the line from its main supplier is left to the place: 800 of sell-in and the second suppliers remain
    assert len(series["links"]) == 800 + int((parties["supplier_count"] > 1).sum())
    assert all(0 <= link[end] < len(parties) for link in series["links"] for end in ("source", "target"))


def test_the_thinnest_lines_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 links of 1 … 100 with room for 60: those of 1 to 40 are left out, 40 lines and 820."""
    monkeypatch.setattr("insight.ui.network.whole.MOST_LINES", 60)
    parties, _ = make_parties(100, 1, seed=1)
    links = pd.DataFrame(
        {
            "stage": "pure_sales",
            "source_id": "distributor:D0",
            "target_id": [f"terminal:T{place}" for place in range(100)],
            "link_amount": [float(place + 1) for place in range(100)],
        }
    )
    drawing, series = draw(parties, links)
    assert (drawing.counts["thin"], drawing.amounts["thin"], len(series["links"])) == (40, 820.0, 60)
    assert MOST_LINES > 60


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_the_matrix_shows_every_cell_and_sums_in_one_unit(demo: Warehouse) -> None:
    cells = _as_floats(ask_network(demo, "network/matrix", columns="region"))
    frame = name_cells(STYLE, cells, "region")
    spec = json.dumps(write_spec(draw_matrix(frame, STYLE)))
    assert choose_matrix_scale(frame, STYLE).name == "CNY m"
    assert spec.count('"told_row"') >= len(cells)
    sums = frame.groupby("row_id")["row_share"].sum()
    assert np.allclose(sums[sums > 0], 1)
    assert np.allclose(frame.groupby("column_id")["column_share"].sum(), 1)


@pytest.mark.parametrize("measure", ["amount", "row_share", "column_share"])
def test_a_cell_of_returns_and_a_row_without_share_can_be_drawn(measure: str) -> None:
    cells = pd.DataFrame(
        {
            "row_id": ["distributor:D1", "distributor:D1", ":others"],
            "row_name": ["First", "First", None],
            "row_count": [1, 1, 4],
            "row_rank": [1, 1, 5],
            "column_id": ["E", "", "E"],
            "column_name": ["East", None, "East"],
            "column_count": [1, 1, 1],
            "column_rank": [1, 2, 1],
            "is_home": [True, False, False],
            "sales_amount": [100.0, -20.0, -5.0],
        }
    )
    frame = name_cells(STYLE, cells, "region")
    assert frame["row_share"].tolist()[:2] == [1.25, -0.25] and pd.isna(frame["row_share"].iloc[2])
    assert frame["row_name"].tolist() == ["First", "First", "4 others"]
    assert frame["column_name"].tolist() == ["East", "Unassigned", "East"]
    assert write_spec(draw_matrix(frame, STYLE, measure=measure, chosen="distributor:D1"))["layer"]


# --- words -----------------------------------------------------------------------------------------------------------


def find_numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


@pytest.mark.parametrize("distributors", [0, 1, 200])
@pytest.mark.parametrize("hidden", [0, 7])
def test_both_languages_say_the_same_numbers(distributors: int, hidden: int) -> None:
    counts = {"distributor": distributors, "terminal": 1768, "hidden": hidden, "thin": 12}
    top = {"node_name": "First", "terminal_count": 311} if distributors else None
    said = [sentences.tell_whole(counts, 412, top, language) for language in ("en", "zh")]
    assert find_numbers(said[0]) == find_numbers(said[1])
    notes = [
        " ".join(sentences.list_whole_notes(counts, {"hidden": 812.0, "thin": 90.0}, False, language, "CNY"))
        for language in ("en", "zh")
    ]
    assert find_numbers(notes[0]) == find_numbers(notes[1])
    rows = [{"row_name": "First", "sales_amount": 900.0, "away_amount": 120.0}]
    for homes in (True, False):
        told = [sentences.tell_matrix(rows, 780.0, 900.0, homes, language, "CNY") for language in ("en", "zh")]
        assert find_numbers(told[0]) == find_numbers(told[1])


def test_the_share_with_several_suppliers_is_of_all_terminals() -> None:
    """412 of 1,768 is 23.3%."""
    counts = {"distributor": 200, "terminal": 1768, "hidden": 0}
    said = sentences.tell_whole(counts, 412, {"node_name": "First", "terminal_count": 311}, "en")
    assert said == (
        "200 distributors supply 1,768 terminals; 23.3% of them have more than one supplier, and First supplies most, 311"
    )


def _as_floats(frame: pd.DataFrame) -> pd.DataFrame:
    amounts = [column for column in frame.columns if column.endswith("_amount")]
    return frame.astype(dict.fromkeys(amounts, float))
