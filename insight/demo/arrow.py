"""Arrays into Arrow columns of exactly the schema's types: text by number, exact decimals, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight.catalog import read_table
from insight.demo.chance import Flags, Floats, Ints
from insight.demo.days import EPOCH

_TYPES = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "decimal(18,2)": pa.decimal128(18, 2),
    "decimal(18,3)": pa.decimal128(18, 3),
}


def fill_table(name: str, columns: Mapping[str, pa.Array | Sequence[object]]) -> pa.Table:
    """A table of the model from its columns, in the schema's order and types; every column must be given."""
    schema = read_table(name)
    if set(columns) != set(schema.column_names):
        raise ValueError(f"{name} takes the columns {schema.column_names}; given: {tuple(columns)}")
    fields, arrays = [], []
    for column in schema.columns:
        values = columns[column.name]
        kind = _TYPES[column.type]
        array = values if isinstance(values, pa.Array) else pa.array(values, kind)
        if array.type != kind:
            raise ValueError(f"{name}.{column.name} is {array.type}; the schema says {kind}")
        fields.append(pa.field(column.name, kind))
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def number_ids(prefix: str, numbers: Ints, width: int, missing: Flags | None = None) -> pa.Array:
    """Ids such as ``T00042``, written straight into Arrow's buffers: millions in a moment."""
    lead = np.frombuffer(prefix.encode(), dtype=np.uint8)
    text = np.empty((len(numbers), len(lead) + width), dtype=np.uint8)
    text[:, : len(lead)] = lead
    rest = numbers.astype(np.int64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, len(lead) + place] = digit.astype(np.uint8) + 48
    offsets = np.arange(len(numbers) + 1, dtype=np.int64) * (len(lead) + width)
    ids = pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text)).cast(pa.string())
    return _hide(ids, missing)


def pick_text(words: Sequence[str | None] | pa.Array, places: Ints, missing: Flags | None = None) -> pa.Array:
    """The word at each place."""
    words = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    return _hide(words.take(pa.array(places)), missing)


def amounts(cents: Ints, missing: Flags | None = None) -> pa.Array:
    """DECIMAL(18,2) from whole cents."""
    return _decimals(cents, 2, missing)


def quantities(units: Ints, missing: Flags | None = None) -> pa.Array:
    """DECIMAL(18,3) from whole units."""
    return _decimals(units * 1000, 3, missing)


def dates(days: Ints, missing: Flags | None = None) -> pa.Array:
    """Dates from days of the demo's count."""
    return pa.array((days + EPOCH).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def flags(values: Flags, missing: Flags | None = None) -> pa.Array:
    """Booleans."""
    return pa.array(values, pa.bool_(), mask=missing)


def doubles(values: Floats, missing: Flags | None = None) -> pa.Array:
    """Floating numbers, already settled."""
    return pa.array(values, pa.float64(), mask=missing)


def integers(values: Ints, missing: Flags | None = None) -> pa.Array:
    """32-bit whole numbers."""
    return pa.array(values.astype(np.int32), pa.int32(), mask=missing)


def _decimals(scaled: Ints, digits: int, missing: Flags | None) -> pa.Array:
    """A decimal is 128 bits, low half first: the number itself and its sign spread over the high half."""
    halves = np.empty((len(scaled), 2), dtype=np.int64)
    halves[:, 0] = scaled
    halves[:, 1] = halves[:, 0] >> 63
    kind = pa.decimal128(18, digits)
    return _hide(pa.Array.from_buffers(kind, len(scaled), [None, pa.py_buffer(halves)]), missing)


def _hide(array: pa.Array, missing: Flags | None) -> pa.Array:
    if missing is None or not missing.any():
        return array
    return pc.if_else(pa.array(~missing), array, pa.scalar(None, array.type))
