"""What must hold between rows: allowed values, keys, references, trees, periods and signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight.intake.cells import Mask, fold
from insight.intake.names import find_nearest
from insight.intake.report import Problem
from insight.intake.tables import Draft, number_keys

PARTIES = ("manufacturers", "distributors", "terminals")
ADDABLE = ("manufacturers", "products", "territories", "distributors", "terminals", "reps")
HOLDERS = {"territory": "territories", "distributor": "distributors", "rep": "reps", "terminal": "terminals"}
OWNERS = {"reps": "employer", "activities": "owner", "activity_costs": "payer", "projects": "owner"}
HAPPENED = {
    "flows": "occurred_on",
    "stocks": "counted_on",
    "visits": "visited_on",
    "orders": "ordered_on",
    "receivables": "invoiced_on",
}
PERIODS = {
    "terminal_grades": ("terminal_id",),
    "terminal_territories": ("terminal_id",),
    "assignments": ("terminal_id", "rep_id", "product_line"),
    "authorisations": ("distributor_id", "territory_id", "product_line"),
}
ORDERED_DAYS = {
    "agreements": ("starts_on", "ends_on"),
    "activities": ("starts_on", "ends_on"),
    "terminals": ("opened_on", "closed_on"),
    "visit_issues": ("raised_on", "closed_on"),
}
RANGES: Mapping[str, tuple[float, float]] = {
    "longitude": (-180, 180),
    "latitude": (-90, 90),
    "credit_share": (0, 1),
    "rebate_rate": (0, 1),
    "weight": (0, 1),
    "objective_score": (0, 1),
    "subjective_score": (0, 1),
    "year": (1950, 2150),
    "potential_amount": (0, float("inf")),
    "attendee_count": (0, float("inf")),
}
_MANUFACTURER = ("manufacturer", "厂家", "制造商", "生产厂家")
_RETURN = (
    "a return is a negative row in the same direction: seller and buyer as in the sale, quantity and amount negative"
)
_MOST_SUGGESTIONS = 25


@dataclass(frozen=True)
class Verdict:
    """What a distinct id turns into: itself or another spelling of it, an added id, or a problem."""

    id: str | None = None
    problem: Problem | None = None
    add_to: str = ""


def check_rows(draft: Draft, today: date) -> None:
    """Rules that need only one row: allowed values, ranges, days in order, none in the future, signs that agree."""
    for column, allowed in draft.question.allowed:
        _check_allowed(draft, column, allowed)
    for column, (least, most) in RANGES.items():
        if column in draft.arrays:
            _check_range(draft, column, least, most)
    latest = today + timedelta(days=1)
    if draft.table in HAPPENED:
        column = HAPPENED[draft.table]
        later = pc.greater(draft.arrays[column], pa.scalar(latest, pa.date32()))
        _refuse_where(
            draft, later, column, lambda value: Problem("future", f"{value!r} is in the future", f"a day up to {today}")
        )
    first, last = ORDERED_DAYS.get(draft.table, ("valid_from", "valid_to"))
    if first in draft.arrays and last in draft.arrays:
        compare = pc.less_equal if last == "valid_to" else pc.less
        early = compare(draft.arrays[last], draft.arrays[first])
        rule = "after" if last == "valid_to" else "on or after"
        _refuse_where(
            draft,
            early,
            last,
            lambda value: Problem("period", f"{last} {value!r} comes before {first}", f"a day {rule} {first}"),
        )
    if draft.table == "flows":
        _check_signs(draft)
    if draft.table == "targets":
        # a correction of a target given before comes as a line below zero
        below = pc.less(draft.arrays["target_amount"], pa.scalar(0, draft.arrays["target_amount"].type))
        count = pc.sum(pc.and_(pa.array(draft.live), pc.fill_null(below, False))).as_py() or 0
        draft.note(
            "target_below_zero",
            "targets below zero count as corrections: a gap is shown for them and no attainment",
            count,
        )


def _check_range(draft: Draft, column: str, least: float, most: float) -> None:
    array = pc.cast(draft.arrays[column], pa.float64(), safe=False)
    outside = pc.or_(pc.less(array, least), pc.greater(array, most))
    limits = f"from {least:g} to {most:g}" if most < float("inf") else f"{least:g} or more"
    _refuse_where(draft, outside, column, lambda value: Problem("range", f"{value!r} is out of range", limits))


def _refuse_where(
    draft: Draft, condition: pa.Array | pa.ChunkedArray, column: str, make: Callable[[str], Problem]
) -> None:
    mask = pc.fill_null(condition, False)
    mask = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
    places = np.flatnonzero(mask.to_numpy(zero_copy_only=False) & ~draft.ignored)
    if len(places):
        values = [draft.show(column, place) for place in places.tolist()]
        made: dict[str, Problem] = {value: make(value) for value in set(values)}
        draft.refuse(places, column, [made[value] for value in values], values)


def _check_allowed(draft: Draft, column: str, allowed: Sequence[str]) -> None:
    if pa.types.is_integer(draft.arrays[column].type):
        known = pa.array([int(value) for value in allowed], draft.arrays[column].type)
        wrong = pc.and_not(pc.is_valid(draft.arrays[column]), pc.is_in(draft.arrays[column], known))
        _refuse_where(
            draft,
            wrong,
            column,
            lambda value: Problem("allowed", f"{value!r} is not allowed", f"one of {', '.join(allowed)}"),
        )
        return
    canonical = {fold(value): value for value in allowed} | {fold(value).replace("_", " "): value for value in allowed}

    def judge(text: str) -> Verdict:
        if fold(text) in canonical:
            return Verdict(canonical[fold(text)])
        return Verdict(problem=Problem("allowed", f"{text!r} is not allowed", f"one of {', '.join(allowed)}"))

    _judge_column(draft, column, judge)


def _check_signs(draft: Draft) -> None:
    quantity, amount = draft.arrays["quantity"], draft.arrays["amount"]
    zero = pa.scalar(0, pa.int32())
    signs = [pc.sign(pc.cast(array, pa.float64(), safe=False)) for array in (quantity, amount)]
    against = pc.equal(pc.multiply(*signs), pa.scalar(-1.0))
    _refuse_where(
        draft,
        against,
        "amount",
        lambda value: Problem(
            "sign",
            f"amount {value!r} and quantity have opposite signs",
            "a return has both negative, a shipment both positive",
        ),
    )
    live = pa.array(draft.live)
    for name, one, other in (("quantity", quantity, amount), ("amount", amount, quantity)):
        count = pc.sum(pc.and_(live, pc.and_(pc.equal(one, zero), pc.not_equal(other, zero)))).as_py() or 0
        draft.note(f"zero_{name}", f"{name} is 0 where {'amount' if name == 'quantity' else 'quantity'} is not", count)


def _judge_column(
    draft: Draft, column: str, judge: Callable[[str], Verdict], rows: Mask | None = None
) -> dict[str, Verdict]:
    """Judge every distinct text of a column once; apply new spellings and refusals. Returns the verdicts to add."""
    array = draft.arrays[column]
    encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    in_play = (codes >= 0) & ~draft.ignored
    if rows is not None:
        in_play &= rows
    used = np.unique(codes[in_play])
    texts: list[str] = encoded.dictionary.to_pylist()
    changed, to_add = list(texts), {}
    refusing: dict[int, Problem] = {}
    for code in used.tolist():
        verdict = judge(texts[code])
        if verdict.problem is not None:
            refusing[code] = verdict.problem
        elif verdict.add_to:
            to_add[texts[code]] = verdict
        elif verdict.id is not None:
            changed[code] = verdict.id
    if changed != texts:
        differing = [code for code in used.tolist() if changed[code] != texts[code]]
        count = int(np.isin(codes, differing)[in_play].sum())
        draft.note(
            "spelling",
            f"{column}: written as the id it matches but for case, width or blanks",
            count,
            f"{texts[differing[0]]} → {changed[differing[0]]}",
        )
        mended = pa.array([*changed, *texts], pa.string())
        chosen = np.where(in_play, codes, codes + len(texts))
        draft.arrays[column] = mended.take(pa.array(chosen, mask=codes < 0))
    if refusing:
        places = np.flatnonzero(np.isin(codes, list(refusing)) & in_play)
        kept = codes[places].tolist()
        draft.refuse(
            places,
            column,
            [refusing[code] for code in kept],
            [draft.show(column, place) or texts[code] for place, code in zip(places.tolist(), kept, strict=True)],
        )
    if to_add:
        useful = set(encoded.dictionary.take(pa.array(np.unique(codes[in_play & draft.live]))).to_pylist())
        to_add = {text: verdict for text, verdict in to_add.items() if text in useful}
    return to_add


def check_keys(draft: Draft) -> None:
    """Refuse a row whose key an earlier accepted row has already."""
    places = np.flatnonzero(draft.live)
    if not len(places):
        return
    group = number_keys(draft, draft.question.key)[places]
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[inverse] != np.arange(len(places)))
    if not len(again):
        return
    content = number_keys(draft, list(draft.question.column_names))
    column = next((name for name in draft.question.key if draft.shown[name].label), draft.question.key[0])
    key = " + ".join(draft.question.key)
    problems = []
    for place in again.tolist():
        row, earlier = int(places[place]), int(places[first[inverse[place]]])
        same = content[row] == content[earlier]
        is_near = draft.sheet_of[row] == draft.sheet_of[earlier]
        where = f"row {int(draft.rows[earlier])}" if is_near else draft.locate(earlier)
        problems.append(
            Problem(
                "duplicate",
                f"duplicate of {where}" + ("" if same else f", with other values under the same {key}"),
                f"{key} must be different in every row; delete the row if it is there twice by mistake",
            )
        )
    rows = places[again]
    values = [" + ".join(filter(None, (draft.show(name, row) for name in draft.question.key))) for row in rows.tolist()]
    draft.refuse(rows, column, problems, values)


def check_periods(draft: Draft) -> None:
    """Refuse a row whose period overlaps an earlier one of the same key."""
    same = PERIODS.get(draft.table)
    places = np.flatnonzero(draft.live)
    if same is None or not len(places):
        return
    starts = _days(draft.arrays["valid_from"])
    ends = _days(draft.arrays["valid_to"], np.iinfo(np.int64).max)
    group = number_keys(draft, same)
    order = places[np.lexsort((places, starts[places], group[places]))].tolist()
    last: int | None = None
    for row in order:
        if last is None or group[last] != group[row]:
            last = row
        elif starts[row] < ends[last]:
            until = draft.arrays["valid_to"][last].as_py() or "open"
            problem = Problem(
                "overlap",
                f"overlaps row {int(draft.rows[last])}, valid from {draft.arrays['valid_from'][last]} to {until}",
                "end the earlier period (valid_to is the first day it no longer holds) before the next begins",
            )
            draft.refuse([row], "valid_from", problem)
        else:
            last = row


def _days(array: pa.Array, empty: int = 0) -> np.ndarray:
    numbers = array.cast(pa.int32()).cast(pa.int64())
    days: np.ndarray = pc.fill_null(numbers, empty).to_numpy(zero_copy_only=False)
    return days


def check_roles(drafts: Mapping[str, Draft]) -> None:
    """A party has one role: refuse an id that an earlier table of parties has."""
    taken: dict[str, tuple[str, str]] = {}
    for table in PARTIES:
        draft = drafts[table]
        key = draft.question.key[0]
        if not len(draft):
            continue
        ids = draft.arrays[key].to_pylist()
        for row in np.flatnonzero(draft.live).tolist():
            if ids[row] in taken:
                other, where = taken[ids[row]]
                draft.refuse(
                    [row],
                    key,
                    Problem(
                        "two_roles",
                        f"{ids[row]!r} is also in {other} ({where})",
                        "give every party one id and one role; a prefix such as D- or T- tells them apart",
                    ),
                )
        taken |= {ids[row]: (table, draft.locate(row)) for row in np.flatnonzero(draft.live).tolist()}


def check_references(draft: Draft, drafts: Mapping[str, Draft]) -> None:
    """Every id that a row names is an accepted row of the table it refers to, or is added if the mapping says so."""
    for column, targets in draft.question.refers:
        if column not in draft.arrays or not len(draft):
            continue
        if draft.table == "targets" and column == "holder_id":
            _check_holders(draft, drafts)
        elif targets == (draft.table,):
            _check_tree(draft, column)
        else:
            _resolve(draft, column, targets, drafts)
    if draft.table in OWNERS and len(draft):
        _resolve(draft, OWNERS[draft.table], ("distributors",), drafts, literals=_MANUFACTURER)
    if draft.table == "flows" and len(draft):
        same = pc.equal(draft.arrays["seller_id"], draft.arrays["buyer_id"])
        _refuse_where(
            draft,
            same,
            "buyer_id",
            lambda value: Problem("same_party", f"{value!r} sells to itself", "two different parties"),
        )


def _check_holders(draft: Draft, drafts: Mapping[str, Draft]) -> None:
    kinds = draft.arrays["holder_kind"]
    for kind, table in HOLDERS.items():
        rows = pc.fill_null(pc.equal(kinds, kind), False).to_numpy(zero_copy_only=False)
        if rows.any():
            _resolve(draft, "holder_id", (table,), drafts, rows=rows)


def _resolve(
    draft: Draft,
    column: str,
    targets: Sequence[str],
    drafts: Mapping[str, Draft],
    literals: Sequence[str] = (),
    rows: Mask | None = None,
) -> None:
    known = {target: _accepted_ids(drafts[target]) for target in targets}
    folded: dict[str, set[str]] = {}
    for ids in known.values():
        for one in ids:
            folded.setdefault(fold(one), set()).add(one)
    refused = {target: _refused_ids(drafts[target]) for target in targets}
    everyone = [one for ids in known.values() for one in ids]
    adds = column in draft.adds and targets[-1] in ADDABLE
    others = {
        table: _accepted_ids(drafts[table])
        for table in PARTIES
        if draft.table == "flows" and table not in targets and column != "product_id"
    }
    suggestions = 0

    def judge(text: str) -> Verdict:
        nonlocal suggestions
        if any(text in ids for ids in known.values()):
            return Verdict(text)
        if fold(text) in [fold(literal) for literal in literals]:
            return Verdict("manufacturer")
        same = folded.get(fold(text), set())
        if len(same) == 1:
            return Verdict(next(iter(same)))
        if (party := _explain_party(column, text, others)) is not None:
            return Verdict(problem=party)
        for target, ids in refused.items():
            if text in ids:
                return Verdict(
                    problem=Problem(
                        "unknown_id", f"{text!r} was itself refused in {target} ({ids[text]})", "mend that row first"
                    )
                )
        if adds:
            return Verdict(add_to=targets[-1])
        near = find_nearest(text, everyone) if suggestions < _MOST_SUGGESTIONS and len(everyone) <= 20_000 else []
        suggestions += 1
        hint = f"; nearest: {', '.join(near)}" if near else ""
        words = f", or {literals[0]!r}" if literals else ""
        where = " or ".join(targets)
        return Verdict(
            problem=Problem(
                "unknown_id",
                f"{text!r} is not in {where}",
                f'an id of {where}{words}{hint}; or unmatched = "add" in the mapping',
            )
        )

    for text, verdict in _judge_column(draft, column, judge, rows).items():
        target = drafts[verdict.add_to]
        target.added.setdefault(text, f"Unmapped: {text}")
    if adds:
        _note_added(draft, column, drafts[targets[-1]])


def _note_added(draft: Draft, column: str, target: Draft) -> None:
    if not target.added:
        return
    named = (
        pc.is_in(draft.arrays[column], pa.array(list(target.added), pa.string())).to_numpy(zero_copy_only=False)
        & draft.live
    )
    if named.any():
        first = draft.arrays[column][int(np.flatnonzero(named)[0])].as_py()
        draft.note(
            "unmapped_used",
            f"{column}: rows that name an id added to {target.table} as unmapped",
            int(named.sum()),
            first,
        )


def _explain_party(column: str, text: str, others: Mapping[str, Any]) -> Problem | None:
    """Why a party that is known stands on the wrong side of a flow."""
    if column == "seller_id" and text in others.get("terminals", ()):
        return Problem(
            "terminal_sells",
            f"{text!r} is a terminal; a terminal does not sell",
            _RETURN,
        )
    if column == "buyer_id" and text in others.get("manufacturers", ()):
        return Problem(
            "manufacturer_buys",
            f"{text!r} is a manufacturer; a manufacturer does not buy",
            _RETURN,
        )
    return None


def _accepted_ids(draft: Draft) -> dict[str, None]:
    if not len(draft):
        return dict.fromkeys(draft.added)
    ids = draft.arrays[draft.question.key[0]].filter(pa.array(draft.live)).to_pylist()
    return dict.fromkeys(ids) | dict.fromkeys(draft.added)


def _refused_ids(draft: Draft) -> dict[str, str]:
    if not len(draft) or not draft.refused.any():
        return {}
    ids = draft.arrays[draft.question.key[0]]
    return {ids[row].as_py(): draft.locate(row) for row in np.flatnonzero(draft.refused).tolist() if ids[row].is_valid}


def _check_tree(draft: Draft, column: str) -> None:
    """Parents within one table: they exist, and no chain of them returns to its start."""
    key = draft.question.key[0]
    ids = draft.arrays[key].to_pylist()
    folded: dict[str, set[str]] = {}
    for row in np.flatnonzero(draft.live).tolist():
        folded.setdefault(fold(ids[row]), set()).add(ids[row])
    known = {ids[row] for row in np.flatnonzero(draft.live).tolist()}

    def judge(text: str) -> Verdict:
        same = folded.get(fold(text), set())
        return Verdict(text if text in known or len(same) != 1 else next(iter(same)))

    _judge_column(draft, column, judge)
    parents = draft.arrays[column].to_pylist()
    row_of = {ids[row]: row for row in np.flatnonzero(draft.live).tolist()}
    for cycle in _find_cycles({ids[row]: parents[row] for row in row_of.values()}):
        shown = " → ".join([*cycle, cycle[0]])
        problem = Problem("cycle", f"the parents run in a circle: {shown}", f"empty {column} of the row that is on top")
        draft.refuse([row_of[one] for one in cycle], column, problem)
    add = column in draft.adds and draft.table in ADDABLE
    while True:
        accepted = {ids[row] for row in np.flatnonzero(draft.live).tolist()} | draft.added.keys()
        lost = [
            row
            for row in np.flatnonzero(draft.live).tolist()
            if parents[row] is not None and parents[row] not in accepted
        ]
        if add:
            draft.added |= {parents[row]: f"Unmapped: {parents[row]}" for row in lost if parents[row] not in row_of}
            lost = [row for row in lost if parents[row] not in draft.added]
        if not lost:
            return
        refused = _refused_ids(draft)
        problems = []
        for row in lost:
            parent = parents[row]
            if parent in refused:
                problems.append(
                    Problem("unknown_id", f"{parent!r} was itself refused ({refused[parent]})", "mend that row first")
                )
            else:
                near = (
                    find_nearest(parent, [one for one in known if one != ids[row]])
                    if len(problems) < _MOST_SUGGESTIONS
                    else []
                )
                hint = f"; nearest: {', '.join(near)}" if near else ""
                problems.append(
                    Problem("unknown_id", f"{parent!r} is not in {draft.table}", f"an id of {draft.table}{hint}")
                )
        draft.refuse(lost, column, problems, [parents[row] for row in lost])


def _find_cycles(parents: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle of parents once, from the id that comes first in the file."""
    state: dict[str, int] = {}
    cycles = []
    for number, start in enumerate(parents, start=1):
        chain: list[str] = []
        node: str | None = start
        while node is not None and node in parents and node not in state:
            state[node] = number
            chain.append(node)
            node = parents[node]
        if node is not None and state.get(node) == number and node in chain:
            cycles.append(chain[chain.index(node) :])
    return cycles


def note_unknown_lines(drafts: Mapping[str, Draft]) -> None:
    """Product lines that no product has are no error, and are told."""
    products = drafts["products"]
    if not len(products):
        return
    lines = set(products.arrays["product_line"].filter(pa.array(products.live)).to_pylist()) - {None}
    for draft in drafts.values():
        if draft.table == "products" or "product_line" not in draft.arrays or not len(draft):
            continue
        named = draft.arrays["product_line"].filter(pa.array(draft.live)).drop_null()
        strange = [line for line in named.unique().to_pylist() if line not in lines]
        if strange:
            count = int(pc.sum(pc.is_in(named, pa.array(strange, pa.string()))).as_py() or 0)
            draft.note("unknown_line", "product_line names lines that no product has", count, str(strange[0]))
