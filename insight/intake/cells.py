"""One column of a sheet as codes into its distinct values: work is done once a distinct value, not once a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from insight.intake.report import Problem

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x1f\x7f\u00a0\u2028\u2029]+")
_UNCLEAN = (
    "(^[\\s\u3000])|([\\s\u3000]$)|[\x01-\x1f\x7f\u00a0\u00ad\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)


@dataclass(frozen=True)
class Cells:
    """``values[codes[row]]`` is the text of a row; a code of -1 is an empty cell.

    ``problems`` says which distinct values cannot be used. ``label`` and ``position`` tell where the user finds the
    cell: the header and the column's place in the sheet (one place, or one a row after months went to rows).
    """

    codes: Codes
    values: tuple[str, ...]
    label: str = ""
    position: int | Codes = -1
    problems: dict[int, Problem] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def is_empty(self) -> Mask:
        """Which rows hold nothing."""
        return self.codes < 0

    def text(self, row: int) -> str:
        """The text of one row; '' when empty."""
        code = self.codes[row]
        return self.values[code] if code >= 0 else ""

    def take(self, rows: npt.NDArray[np.intp] | Rows | Mask) -> Cells:
        """The same column for some of the rows."""
        position = self.position if isinstance(self.position, int) else self.position[rows]
        return replace(self, codes=self.codes[rows], position=position)


def encode(texts: Sequence[str | None], label: str = "", position: int = -1) -> Cells:
    """Cells of plain texts; None and '' are empty."""
    index: dict[str, int] = {}
    codes = np.fromiter(
        (index.setdefault(text, len(index)) if text else -1 for text in texts), dtype=np.int32, count=len(texts)
    )
    return Cells(codes, tuple(index), label, position)


def repeat(text: str, count: int, label: str = "") -> Cells:
    """The same text in every row ('' for empty cells)."""
    return Cells(np.full(count, 0 if text else -1, dtype=np.int32), (text,) if text else (), label)


def encode_array(array: pa.Array | pa.ChunkedArray, label: str, position: int) -> tuple[Cells, int, str]:
    """Cells of an arrow text column, cleaned: (cells, how many cells were cleaned, the first such text)."""
    if isinstance(array, pa.ChunkedArray):
        array = array.unify_dictionaries().combine_chunks() if pa.types.is_dictionary(array.type) else array
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    indices = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    unclean = pc.match_substring_regex(array.dictionary, _UNCLEAN).to_numpy(zero_copy_only=False)
    texts: list[str] = array.dictionary.to_pylist()
    example = ""
    cleaned = 0
    if not unclean.any():  # distinct already, but for the empty text
        if "" in texts:
            empty = texts.index("")
            indices = np.where(indices == empty, -1, indices - (indices > empty)).astype(np.int32)
            del texts[empty]
        return Cells(indices, tuple(texts), label, position), 0, ""
    for place in np.flatnonzero(unclean):
        before = texts[place]
        texts[place] = clean(before)
        if not example and texts[place]:
            example = before
    if example:
        changed = np.fromiter((bool(unclean[i]) and texts[i] != "" for i in range(len(texts))), bool, len(texts))
        cleaned = int(changed[indices[indices >= 0]].sum())
    return recode(indices, texts, label, position), cleaned, example


def recode(codes: Codes, texts: Sequence[str | None], label: str, position: int | Codes) -> Cells:
    """Cells whose distinct texts may repeat or be empty: equal texts get one code, empty ones -1."""
    index: dict[str, int] = {}
    lookup = np.fromiter(
        (index.setdefault(text, len(index)) if text else -1 for text in texts), dtype=np.int32, count=len(texts)
    )
    lookup = np.append(lookup, np.int32(-1))
    return Cells(lookup[codes], tuple(index), label, position)


def clean(text: str) -> str:
    """Without invisible characters, line breaks and outer blanks.

    >>> clean("  Acme\\u200b\\tLtd ")
    'Acme Ltd'
    """
    return _CONTROL.sub(" ", INVISIBLE.sub("", text)).strip().strip("\u3000").strip()


def fold(text: str) -> str:
    """The text for comparing: full-width forms made plain, case and runs of blanks ignored.

    >>> fold("ＡＣＭＥ  Ltd") == fold("acme ltd")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold().split())


def convert(cells: Cells, change: Callable[[str], str | Problem | None]) -> Cells:
    """Change every distinct value once. A Problem marks the value, which keeps its text; problems stay."""
    index: dict[tuple[str, Problem | None], int] = {}
    lookup = np.full(len(cells.values) + 1, -1, dtype=np.int32)
    for place, text in enumerate(cells.values):
        problem = cells.problems.get(place)
        changed = change(text) if problem is None else text
        if isinstance(changed, Problem):
            problem, changed = changed, text
        if changed:
            lookup[place] = index.setdefault((changed, problem), len(index))
    return replace(
        cells,
        codes=lookup[cells.codes],
        values=tuple(text for text, _ in index),
        problems={code: problem for (_, problem), code in index.items() if problem is not None},
    )


def combine(
    parts: Sequence[Cells], join: Callable[[tuple[str | None, ...]], str | Problem | None], label: str
) -> Cells:
    """Cells of the rows' combinations of several columns, each distinct combination joined once.

    A combination with a problem in one part keeps that problem.
    """
    group, members = group_rows([part.codes for part in parts])
    index: dict[tuple[str, Problem | None], int] = {}
    lookup = np.full(len(members), -1, dtype=np.int32)
    for place, codes in enumerate(members):
        texts = tuple(part.values[code] if code >= 0 else None for part, code in zip(parts, codes, strict=True))
        problem = next(
            (part.problems[code] for part, code in zip(parts, codes, strict=True) if code in part.problems), None
        )
        joined = join(texts) if problem is None else " ".join(text for text in texts if text)
        if isinstance(joined, Problem):
            problem, joined = joined, " × ".join(text or "" for text in texts) or "empty"
        if joined:
            lookup[place] = index.setdefault((joined, problem), len(index))
    position = next((part.position for part in parts if not isinstance(part.position, int) or part.position >= 0), -1)
    return Cells(
        codes=lookup[group] if len(members) else np.full(len(parts[0]), -1, dtype=np.int32),
        values=tuple(text for text, _ in index),
        label=label,
        position=position,
        problems={code: problem for (_, problem), code in index.items() if problem is not None},
    )


def number_rows(columns: Sequence[npt.NDArray[np.integer]]) -> npt.NDArray[np.intp]:
    """Number the distinct combinations of codes, from 0 in an order of no meaning."""
    group = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        if len(column):
            width = int(column.max()) + 2
            _, group = np.unique(group * width + (column.astype(np.int64) + 1), return_inverse=True)
    return group.astype(np.intp)


def group_rows(columns: Sequence[npt.NDArray[np.integer]]) -> tuple[npt.NDArray[np.intp], list[tuple[int, ...]]]:
    """As number_rows, and the codes of each combination."""
    group = number_rows(columns)
    _, first = np.unique(group, return_index=True)
    return group, list(zip(*(column[first].tolist() for column in columns), strict=True))


def stack(pieces: Sequence[Cells]) -> Cells:
    """One column over several sheets; each keeps its own codes, as equal texts may mean different things."""
    if len(pieces) == 1:
        return pieces[0]
    starts = np.cumsum([0, *(len(piece.values) for piece in pieces)]).tolist()
    codes = [
        np.where(piece.codes >= 0, piece.codes + start, -1) for piece, start in zip(pieces, starts[:-1], strict=True)
    ]
    return Cells(
        codes=np.concatenate(codes).astype(np.int32),
        values=tuple(text for piece in pieces for text in piece.values),
        label=pieces[0].label,
        position=_stack_positions(pieces),
        problems={
            code + start: problem
            for piece, start in zip(pieces, starts[:-1], strict=True)
            for code, problem in piece.problems.items()
        },
    )


def _stack_positions(pieces: Sequence[Cells]) -> int | Codes:
    first = pieces[0].position
    if isinstance(first, int) and all(isinstance(piece.position, int) and piece.position == first for piece in pieces):
        return first
    return np.concatenate([np.broadcast_to(np.asarray(piece.position, np.int32), len(piece)) for piece in pieces])
