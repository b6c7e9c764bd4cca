"""Potentials and white space of a snapshot: asks the staged data, has them estimated and tested, writes them down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from insight.analysis.depth.peers import FEWEST, NEAREST, sum_by
from insight.analysis.depth.potential import Potentials, estimate_potentials, sum_items
from insight.analysis.depth.validation import validate
from insight.analysis.depth.whitespace import Grid, Similar, estimate_adoption, find_similar
from insight.analysis.depth.worth import estimate_chances, estimate_worth, list_opportunities
from insight.warehouse import Builder, Written

Flags = NDArray[np.bool_]

# beyond these the items that fewest terminals buy are left out
MOST_ITEMS = 250
MOST_CELLS = 10_000_000
FULL = 0.97  # lines that so many of all buyers' cells hold tell no terminal from another: products do
BEST = 6  # rows kept of a terminal where products are the items


@dataclass(frozen=True)
class Items:
    """The columns of a grid: product lines, or products with the line of each."""

    ids: pd.Index
    lines: list[str]
    is_product: bool


def write_depth(builder: Builder, report: Callable[[str], None] = lambda _: None) -> list[Written]:
    """Estimate potentials nobody supplied and the white space, test both, and write them as derived relations."""
    report("estimating potentials and white space")
    (window,) = builder.ask("depth/window").to_pylist()
    terminals = _ask(builder, "terminals", window)
    by_line = _ask(builder, "purchases", {**window, "by_product": False})
    if terminals.empty or by_line.empty:
        return []
    potentials = _ask(builder, "potentials", window)
    lines = choose_lines(by_line, len(terminals))
    if not len(lines.ids):  # returns only
        return []
    stretch = 12 / window["month_count"]
    by_line["bought_amount"] *= stretch
    line_grid = make_grid(terminals, by_line, lines, potentials, "is_member")
    written = [
        builder.write_derived(
            "potential_estimates", _to_arrow(_estimate_missing(terminals, line_grid, lines, potentials))
        )
    ]
    items, bought = lines, by_line
    if not is_telling(line_grid):
        by_product = _ask(builder, "purchases", {**window, "by_product": True})
        by_product["bought_amount"] *= stretch
        of_line = dict(builder.ask("depth/products").select(["product_id", "product_line"]).to_pandas().to_numpy())
        products = choose_products(by_product, of_line, len(terminals))
        if len(products.ids) >= 2:
            items, bought = products, by_product
    grid = line_grid if items is lines else make_grid(terminals, bought, items, potentials, "is_member")
    before = None
    if window["before_month"] is not None:
        past = {
            "start_month": window["before_month"],
            "end_month": window["start_month"],
            "by_product": items.is_product,
        }
        before = make_grid(terminals, _ask(builder, "purchases", past), items, potentials, "is_member_before")
    favourites = _ask(builder, "favourites", window)
    similar = find_similar(line_grid, sum_potentials(terminals, potentials))
    written.append(builder.write_derived("similar_terminals", _to_arrow(list_similar(terminals, similar))))
    found = find_whitespace(terminals, grid, before, items, favourites, similar)
    written.append(builder.write_derived("whitespace", _to_arrow(found)))
    report("testing potentials and white space on what is hidden")
    written.append(builder.write_derived("depth_evidence", _to_arrow(validate(grid, line_grid))))
    return written


def choose_lines(bought: pd.DataFrame, terminals: int) -> Items:
    """The product lines anybody bought, in alphabetical order; of very many those that most terminals buy."""
    ids = _choose_ids(bought, terminals)
    return Items(ids, list(ids), is_product=False)


def choose_products(bought: pd.DataFrame, of_line: dict[str, str | None], terminals: int) -> Items:
    """The products at least five terminals bought; of very many those that most buy."""
    ids = _choose_ids(bought, terminals, least=FEWEST)
    return Items(ids, [of_line.get(item) or "" for item in ids], is_product=True)


def _choose_ids(bought: pd.DataFrame, terminals: int, least: int = 1) -> pd.Index:
    buyers = bought[bought["bought_amount"] > 0].groupby("item_id").size().sort_index()
    buyers = buyers[buyers >= least].sort_values(ascending=False, kind="stable")
    return buyers.index[: min(MOST_ITEMS, max(MOST_CELLS // max(terminals, 1), 1))].sort_values()


def is_telling(grid: Grid) -> bool:
    """Whether product lines tell terminals apart: there are two or more, and not every buyer buys them all."""
    is_buyer = grid.is_bought.any(axis=1)
    return grid.amounts.shape[1] >= 2 and bool(grid.is_bought[is_buyer].mean() < FULL)


def make_grid(
    terminals: pd.DataFrame, bought: pd.DataFrame, items: Items, potentials: pd.DataFrame, member: str
) -> Grid:
    """Terminals by items. Potentials are those by line; products have none."""
    shape = (len(terminals), len(items.ids))
    amounts, known = np.zeros(shape), np.full(shape, np.nan)
    place = pd.Index(terminals["terminal_id"])
    _fill(amounts, place, items.ids, bought, "item_id", "bought_amount")
    if not items.is_product:
        _fill(known, place, items.ids, potentials[potentials["product_line"] != ""], "product_line", "potential_amount")
    young = np.zeros(shape)
    _fill(young, place, items.ids, bought, "item_id", "is_young")
    return Grid(
        terminals[["type", "level", "region_id", "grade"]],
        amounts,
        known,
        terminals[member].to_numpy(dtype=bool),
        young > 0,
    )


def _fill(
    target: NDArray[np.float64], rows: pd.Index, columns: pd.Index, cells: pd.DataFrame, item: str, value: str
) -> None:
    row, column = rows.get_indexer(cells["terminal_id"]), columns.get_indexer(cells[item])
    kept = (row >= 0) & (column >= 0)
    target[row[kept], column[kept]] = cells[value].to_numpy(dtype=float)[kept]


def _estimate_missing(terminals: pd.DataFrame, grid: Grid, lines: Items, potentials: pd.DataFrame) -> pd.DataFrame:
    """Estimates of the terminals nobody gave a potential, by line and over all lines.

    Where potentials are given for all lines together only, the estimate is of that alone.
    """
    given = set(potentials["terminal_id"])
    missing = np.flatnonzero(~terminals["terminal_id"].isin(given).to_numpy())
    ids = terminals["terminal_id"].to_numpy()
    is_whole = len(potentials) > 0 and (potentials["product_line"] == "").all()
    if is_whole or list(lines.ids) == [""]:
        whole = potentials.set_index("terminal_id")["potential_amount"].astype(float)
        joint = _join(grid, whole.reindex(ids).to_numpy(dtype=float)[:, None])
        return _list_estimates(ids, joint, estimate_potentials(joint), missing, [""])
    estimate = estimate_potentials(grid)
    by_line = _list_estimates(ids, grid, estimate, missing, lines.lines)
    sums = sum_items(grid, estimate)
    every = _join(grid, np.full((len(ids), 1), np.nan))
    whole_estimate = Potentials(
        sums["amount"].to_numpy()[:, None],
        sums["low"].to_numpy()[:, None],
        sums["high"].to_numpy()[:, None],
        sums["peer_count"].to_numpy()[:, None],
        np.array([bool(estimate.is_learnt.all())]),
    )
    return pd.concat([by_line, _list_estimates(ids, every, whole_estimate, missing, [""])], ignore_index=True)


def _join(grid: Grid, potentials: NDArray[np.float64]) -> Grid:
    """All lines as one item: young where everything bought is."""
    bought = np.maximum(grid.amounts, 0.0).sum(axis=1)[:, None]
    is_young = (np.isfinite(grid.yearly).sum(axis=1) == 0)[:, None] & (bought > 0)
    return Grid(grid.terminals, bought, potentials, grid.is_member, is_young)


def _list_estimates(
    ids: NDArray[np.object_], grid: Grid, estimate: Potentials, missing: NDArray[np.int64], lines: list[str]
) -> pd.DataFrame:
    parts = []
    for item, line in enumerate(lines):
        rows = missing[np.isfinite(estimate.amount[missing, item])]
        parts.append(
            pd.DataFrame(
                {
                    "terminal_id": ids[rows],
                    "product_line": line,
                    "bought_amount": grid.amounts[rows, item],
                    "potential_amount": estimate.amount[rows, item],
                    "potential_low_amount": estimate.low[rows, item],
                    "potential_high_amount": estimate.high[rows, item],
                    "peer_count": estimate.peer_count[rows, item],
                    "is_learnt": bool(estimate.is_learnt[item]),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def sum_potentials(terminals: pd.DataFrame, potentials: pd.DataFrame) -> NDArray[np.float64]:
    """What each terminal could buy of all lines together: the potential given so, else the sum of those by line; 0 for none."""
    is_whole = potentials["product_line"] == ""
    whole = potentials[is_whole].set_index("terminal_id")["potential_amount"].astype(float)
    by_line = potentials[~is_whole].groupby("terminal_id")["potential_amount"].sum().astype(float)
    return whole.combine_first(by_line).reindex(terminals["terminal_id"]).fillna(0.0).to_numpy(dtype=float)


def list_similar(terminals: pd.DataFrame, similar: Similar) -> pd.DataFrame:
    """A row for every terminal and one similar to it."""
    ids = terminals["terminal_id"].to_numpy()
    rows, places = np.nonzero(similar.whom >= 0)
    return pd.DataFrame(
        {
            "terminal_id": ids[rows],
            "similar_id": ids[similar.whom[rows, places]],
            "place": places + 1,
            "group_code": similar.group[rows],
            "group_count": similar.group_count[rows],
        }
    )


def find_whitespace(
    terminals: pd.DataFrame,
    grid: Grid,
    before: Grid | None,
    items: Items,
    favourites: pd.DataFrame,
    similar: Similar,
) -> pd.DataFrame:
    """The opportunities of every open terminal whose sellers have reported, among the items sold in its region."""
    adoption = estimate_adoption(grid)
    worth = estimate_worth(grid, adoption.size)
    past = None if before is None else estimate_adoption(before)
    past_worth = None if before is None or past is None else estimate_worth(before, past.size)
    had_ordered = terminals["had_ordered"].to_numpy(dtype=bool)
    chances = estimate_chances(grid, adoption, worth, before, past, past_worth, had_ordered)
    is_wanted = terminals["is_reported"].to_numpy(dtype=bool)[:, None] & find_offered(grid)
    is_buying = terminals["is_buying"].to_numpy(dtype=bool)
    found = list_opportunities(grid, adoption, worth, chances, similar, is_wanted, is_buying)
    if items.is_product:
        found = found[found.groupby("row").cumcount() < BEST]
    place = found["item"].to_numpy()
    line = np.array(items.lines, dtype=object)[place]
    types = terminals["type"].fillna("").to_numpy()[found["row"]]
    starts = dict(
        zip(zip(favourites["type"], favourites["product_line"], strict=True), favourites["product_id"], strict=True)
    )
    frame = pd.DataFrame(
        {
            "terminal_id": terminals["terminal_id"].to_numpy()[found["row"]],
            "product_line": line,
            "product_id": items.ids.to_numpy()[place] if items.is_product else "",
            "start_product_id": (
                "" if items.is_product else [starts.get(pair) or "" for pair in zip(types, line, strict=True)]
            ),
        }
    )
    kept = found.drop(columns=["row", "item"]).reset_index(drop=True)
    return pd.concat([frame, kept], axis=1).assign(is_chance_dated=chances.is_dated)


def find_offered(grid: Grid) -> Flags:
    """[terminals x items] whether anybody in the terminal's region bought the item.

    A region of fewer than twenty buyers does not tell: that none of three bought it is chance.
    """
    code, regions = pd.factorize(grid.terminals["region_id"].fillna(""), sort=True)
    place = code.astype(np.int64)
    sold = sum_by(place, len(regions), grid.is_bought.astype(float)) > 0
    is_buyer = np.asarray(grid.is_bought.any(axis=1, keepdims=True))
    buyers = sum_by(place, len(regions), is_buyer.astype(float))
    return np.asarray((sold | (buyers < NEAREST))[place])


def _ask(builder: Builder, name: str, parameters: dict[str, object]) -> pd.DataFrame:
    """An answer as a frame with decimals as floats: estimates, the cents are in the marts."""
    table = builder.ask(f"depth/{name}", parameters)
    frame: pd.DataFrame = table.to_pandas()
    for field in table.schema:
        if pa.types.is_decimal(field.type):
            frame[field.name] = frame[field.name].astype(float)
    return frame


def _to_arrow(frame: pd.DataFrame) -> pa.Table:
    """The frame with amounts to the cent."""
    plain = frame.copy()
    for column in plain.columns:
        if column.endswith("_amount"):
            plain[column] = plain[column].round(2)
    return pa.Table.from_pandas(plain, preserve_index=False)
