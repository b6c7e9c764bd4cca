"""A mapping: the TOML file that says how foreign files become the model. Parsed and checked here, used elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from insight.company import Workspace
from insight.intake.names import TABLES, find_nearest, read_schema
from insight.intake.report import IntakeError, Trouble

SHIPPED = Path(__file__).resolve().parent.parent.parent / "data" / "mappings"

KINDS = ("column", "constant", "id", "join", "date", "row_number", "lookup", "first_of", "product_of", "split")
MODIFIERS = ("map", "prefix", "times", "divide_by", "negate", "default", "date_format", "decimal", "null", "unmatched")
ONLY = "(the file)"  # the source of a mapping that names none
PERIOD_TABLES = ("assignments", "terminal_grades", "terminal_territories")
CONDITIONS = ("equals", "not_equals", "in", "not_in", "is_empty", "starts_with", "contains")


@dataclass(frozen=True)
class Condition:
    """Which rows of a source are used: ``column`` compared by ``test`` with ``texts``."""

    column: str
    test: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unpivot:
    """Columns that become rows: their header goes to ``name_to``, their cell to ``value_to``."""

    columns: tuple[str, ...]
    keep: tuple[str, ...]
    name_to: str
    value_to: str


@dataclass(frozen=True)
class Options:
    """How one source is read."""

    file: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: tuple[int, ...] = ()
    skip_rows: int = 0
    null: tuple[str, ...] = ()
    decimal: str = ""
    date_format: str = ""
    fill_down: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    unpivot: Unpivot | None = None


@dataclass(frozen=True)
class Expression:
    """How one column is made: ``kind`` is one of KINDS, ``value`` its argument, ``modifiers`` what is done then."""

    kind: str
    value: Any
    modifiers: dict[str, Any] = field(default_factory=dict)

    def used_columns(self) -> list[str]:
        """The columns of the own source that this needs."""
        if self.kind == "column":
            return [self.value]
        if self.kind in ("id", "join", "product_of"):
            return [name for part in self.value["parts"] for name in part.used_columns()]
        if self.kind == "date":
            return [name for part in self.value.values() for name in part.used_columns()]
        if self.kind == "lookup":
            return [name for part in self.value["match"].values() for name in part.used_columns()]
        if self.kind == "split":
            return list(self.value["column"].used_columns())
        return []

    def optional_columns(self) -> list[str]:
        """Columns of which one is enough."""
        if self.kind == "first_of":
            return [name for part in self.value["parts"] for name in part.used_columns()]
        return []


@dataclass(frozen=True)
class Block:
    """One feeding of a table from a source."""

    table: str
    source: str
    columns: dict[str, Expression]
    distinct: bool = False
    periods: bool = False
    by_name: bool = False
    unmatched: str = "refuse"
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A whole mapping. Without blocks the tables are read by their names."""

    workspace: Workspace | None
    sources: dict[str, Options]
    blocks: tuple[Block, ...]
    defaults: Options
    path: Path


def list_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with the program, sorted."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def find_mapping(name_or_path: str | Path) -> Path:
    """The file of a mapping: a path, or the name of a shipped one such as ``pharma_foresight``."""
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    shipped = SHIPPED / f"{Path(name_or_path).name.removesuffix('.toml')}.toml"
    if len(path.parts) == 1 and shipped.is_file():
        return shipped
    raise IntakeError(
        Trouble(
            f"No mapping {str(name_or_path)!r}",
            expected=f"a TOML file, or one of the shipped mappings: {', '.join(list_mappings())}",
            mend="see data/README.md for how to write one",
        )
    )


def read_mapping(path: Path) -> Mapping:
    """Parse and check a mapping; raises IntakeError with everything that is wrong in it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise IntakeError(
            Trouble(
                f"not readable as TOML: {error}",
                path.name,
                "a TOML file in UTF-8",
                "see data/README.md, section 'Writing a mapping'",
            )
        ) from None
    reader = _Reader(path)
    mapping = reader.read(document)
    if reader.troubles:
        raise IntakeError(reader.troubles)
    return mapping


class _Reader:
    """Collects every trouble of one mapping while parsing it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.troubles: list[Trouble] = []

    def complain(self, place: str, what: str, expected: str = "", mend: str = "") -> None:
        self.troubles.append(Trouble(what, f"{self.path.name}, {place}" if place else self.path.name, expected, mend))

    def check_keys(self, place: str, given: MappingOf[str, Any], known: tuple[str, ...]) -> None:
        for key in given:
            if key not in known:
                near = find_nearest(key, known, 1)
                self.complain(
                    place,
                    f"unknown key {key!r}",
                    f"one of {', '.join(known)}",
                    f"did you mean {near[0]!r}?" if near else "",
                )

    def read(self, document: dict[str, Any]) -> Mapping:
        self.check_keys("", document, ("workspace", "formats", "sources", "tables"))
        defaults = self.options("[formats]", self.section(document, "formats"), Options(), is_default=True)
        sources = {
            alias: self.options(f"[sources.{alias}]", given, defaults)
            for alias, given in self.section(document, "sources").items()
        }
        if not sources and "sources" not in document:
            sources = {ONLY: defaults}  # one file needs no name
        blocks: list[Block] = []
        for table, given in self.section(document, "tables").items():
            place = f"[tables.{table}]"
            if table not in TABLES:
                near = find_nearest(table, TABLES, 1)
                self.complain(
                    place,
                    f"no table named {table!r}",
                    f"one of {', '.join(TABLES)}",
                    f"did you mean {near[0]!r}?" if near else "",
                )
                continue
            for number, one in enumerate(given if isinstance(given, list) else [given], start=1):
                blocks.append(
                    self.block(table, f"{place} block {number}" if isinstance(given, list) else place, one, sources)
                )
        return Mapping(self.workspace(document), sources, tuple(blocks), defaults, self.path)

    def section(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        given = document.get(name, {})
        if not isinstance(given, dict):
            self.complain(f"[{name}]", f"{name} is not a table", f"[{name}] with keys below it")
            return {}
        return given

    def workspace(self, document: dict[str, Any]) -> Workspace | None:
        if "workspace" not in document:
            return None
        given = self.section(document, "workspace")
        known = ("name", "name_en", "currency", "calendar", "is_net_of_tax", "data_through_on")
        self.check_keys("[workspace]", given, known)
        kept: dict[str, Any] = {}
        for key, value in given.items():
            kind: type = bool if key == "is_net_of_tax" else date if key == "data_through_on" else str
            if key not in known:
                continue
            if not isinstance(value, kind) or isinstance(value, datetime):
                self.complain(
                    "[workspace]",
                    f"{key} = {value!r}",
                    {bool: "true or false", date: "a date such as 2024-12-31"}.get(kind, "a text"),
                )
            else:
                kept[key] = value
        kept.setdefault("name", self.path.stem.replace("_", " "))
        if "currency" in kept:
            kept["currency"] = kept["currency"].strip().upper()
        return Workspace(**kept)

    def options(self, place: str, given: Any, defaults: Options, is_default: bool = False) -> Options:
        if not isinstance(given, dict):
            self.complain(place, f"{place} is {given!r}", "a table of options")
            return defaults
        known = tuple(option.name for option in fields(Options))
        if is_default:
            known = ("encoding", "delimiter", "null", "decimal", "date_format")
        self.check_keys(place, given, known)
        kept = {name: getattr(defaults, name) for name in ("encoding", "delimiter", "null", "decimal", "date_format")}
        for key in ("file", "sheet", "encoding", "delimiter", "decimal", "date_format"):
            if key in given:
                kept[key] = self.text(place, key, given[key])
        if kept["delimiter"] in ("tab", "\\t"):
            kept["delimiter"] = "\t"
        if len(kept["delimiter"]) > 1:
            self.complain(place, f"delimiter = {kept['delimiter']!r}", 'one character such as ";", or "tab"')
        if kept["decimal"] not in ("", ".", ","):
            self.complain(place, f"decimal = {kept['decimal']!r}", '"." or ","')
        for key in ("null", "fill_down"):
            if key in given:
                kept[key] = self.texts(place, key, given[key])
        if "header_row" in given:
            rows = given["header_row"] if isinstance(given["header_row"], list) else [given["header_row"]]
            if all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows) and rows:
                kept["header_row"] = tuple(rows)
            else:
                self.complain(
                    place,
                    f"header_row = {given['header_row']!r}",
                    "a row number such as 3, or [1, 2] for a header of two rows",
                )
        if "skip_rows" in given:
            if isinstance(given["skip_rows"], int) and given["skip_rows"] >= 0:
                kept["skip_rows"] = given["skip_rows"]
            else:
                self.complain(
                    place, f"skip_rows = {given['skip_rows']!r}", "how many rows to leave out below the header"
                )
        if "where" in given:
            kept["where"] = self.conditions(place, given["where"])
        if "unpivot" in given:
            kept["unpivot"] = self.unpivot(place, given["unpivot"])
        return Options(**kept)

    def text(self, place: str, key: str, value: Any) -> str:
        if isinstance(value, str):
            return value
        self.complain(place, f"{key} = {value!r}", f"{key} as a text in quotes")
        return ""

    def texts(self, place: str, key: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
            return tuple(map(plain, value))
        self.complain(place, f"{key} = {value!r}", f'{key} as a list of texts such as ["A", "B"]')
        return ()

    def conditions(self, place: str, given: Any) -> tuple[Condition, ...]:
        found = []
        for one in given if isinstance(given, list) else [given]:
            if not isinstance(one, dict) or "column" not in one:
                self.complain(
                    place, f"where = {one!r}", 'conditions such as where = [{column = "Type", equals = "Sale"}]'
                )
                continue
            self.check_keys(f"{place} where", one, ("column", *CONDITIONS))
            tests = [test for test in CONDITIONS if test in one]
            if not tests:
                self.complain(place, f"where = {one!r} says no condition", f"one of {', '.join(CONDITIONS)}")
            for test in tests:
                value = one[test]
                values = value if isinstance(value, list) else [value]
                found.append(Condition(self.text(place, "column", one["column"]), test, tuple(map(plain, values))))
        return tuple(found)

    def unpivot(self, place: str, given: Any) -> Unpivot | None:
        expected = 'unpivot = {columns = ["M*"], into = ["Month", "Target"]}, or keep = [what stays] for columns'
        if not isinstance(given, dict):
            self.complain(place, f"unpivot = {given!r}", expected)
            return None
        self.check_keys(f"{place} unpivot", given, ("columns", "keep", "into"))
        into = self.texts(place, "into", given.get("into", []))
        columns = self.texts(place, "columns", given.get("columns", []))
        keep = self.texts(place, "keep", given.get("keep", []))
        if len(into) != 2 or bool(columns) == bool(keep):
            self.complain(f"{place} unpivot", "needs into = [name, value] and either columns or keep", expected)
            return None
        return Unpivot(columns, keep, into[0], into[1])

    def block(self, table: str, place: str, given: Any, sources: dict[str, Options]) -> Block:
        if not isinstance(given, dict):
            self.complain(place, f"{given!r} is not a block", 'from = "…" and columns below it')
            return Block(table, "", {})
        self.check_keys(place, given, ("from", "columns", "distinct", "periods", "by_name", "unmatched", "where"))
        source = given.get("from", next(iter(sources)) if len(sources) == 1 else "")
        if not isinstance(source, str) or source not in sources:
            self.complain(
                place,
                f"from = {source!r} is no source" if "from" in given else "from is not said",
                f"from = one of {', '.join(sources)}" if sources else "a source, such as [sources] sales = {}",
            )
            source = ""
        for key in ("distinct", "periods", "by_name"):
            if not isinstance(given.get(key, False), bool):
                self.complain(place, f"{key} = {given[key]!r}", "true or false")
        if given.get("periods") and table not in PERIOD_TABLES:
            self.complain(place, f"periods is not for {table}", f"only for {', '.join(PERIOD_TABLES)}")
        self.check_unmatched(place, given)
        known = read_schema(table).column_names
        columns = {}
        for column, expression in self.section_of(place, given.get("columns", {})).items():
            where = f"{place} {column}"
            if column not in known:
                near = find_nearest(column, known, 1)
                self.complain(
                    place,
                    f"{table} has no column {column!r}",
                    f"one of {', '.join(known)}",
                    f"did you mean {near[0]!r}?" if near else "",
                )
                continue
            columns[column] = self.expression(where, expression)
        missing = [column for column in read_schema(table).required if column not in columns]
        if missing and not given.get("by_name"):
            self.complain(
                place,
                f"nothing is said for {', '.join(missing)}",
                f"{table} needs {', '.join(read_schema(table).required)}",
            )
        return Block(
            table,
            source,
            columns,
            bool(given.get("distinct", False)) or bool(given.get("periods", False)),
            bool(given.get("periods", False)),
            bool(given.get("by_name", False)),
            given.get("unmatched", "refuse") if isinstance(given.get("unmatched", ""), str) else "refuse",
            self.conditions(place, given["where"]) if "where" in given else (),
        )

    def section_of(self, place: str, given: Any) -> dict[str, Any]:
        if isinstance(given, dict):
            return given
        self.complain(place, f"columns = {given!r}", 'columns as name = "Header" pairs')
        return {}

    def check_unmatched(self, place: str, given: MappingOf[str, Any]) -> None:
        if given.get("unmatched", "refuse") not in ("refuse", "add"):
            self.complain(place, f"unmatched = {given['unmatched']!r}", '"refuse" or "add"')

    def expression(self, place: str, given: Any) -> Expression:
        if isinstance(given, str):
            return Expression("column", given)
        if isinstance(given, bool | int | float | date):
            return Expression("constant", plain(given))
        if not isinstance(given, dict):
            self.complain(
                place, f"{given!r} says no value", "a header in quotes, a number, or {…} as in data/README.md"
            )
            return Expression("constant", "")
        self.check_keys(place, given, (*KINDS, "separator", "part", *MODIFIERS))
        kinds = [kind for kind in KINDS if kind in given]
        if "separator" in kinds:
            kinds.remove("separator")
        if len(kinds) != 1:
            said = f"says {' and '.join(kinds)}" if kinds else "says no value"
            self.complain(place, said, f"exactly one of {', '.join(KINDS)}")
            return Expression("constant", "")
        kind = kinds[0]
        return Expression(kind, self.argument(place, kind, given), self.modifiers(place, given))

    def argument(self, place: str, kind: str, given: dict[str, Any]) -> Any:
        value = given[kind]
        if kind == "column":
            return self.text(place, kind, value)
        if kind == "constant":
            return plain(value)
        if kind == "row_number":
            return True
        if kind in ("id", "join", "first_of", "product_of"):
            parts = value if isinstance(value, list) else [value]
            if not parts:
                self.complain(place, f"{kind} = []", f'{kind} = ["Header", …]')
            return {
                "parts": [self.expression(place, part) for part in parts],
                "separator": self.text(place, "separator", given.get("separator", " ")),
            }
        if not isinstance(value, dict) and kind != "split":
            value = {}
        if kind == "date":
            self.check_keys(f"{place} date", value, ("year", "month", "day"))
            if not {"year", "month"} <= set(value):
                self.complain(place, "date lacks year or month", 'date = {year = "Year", month = "Month", day = 1}')
                return {}
            return {part: self.expression(place, value.get(part, 1)) for part in ("year", "month", "day")}
        if kind == "lookup":
            self.check_keys(f"{place} lookup", value, ("from", "match", "take"))
            match = value.get("match")
            if (
                not isinstance(value.get("from"), str)
                or not isinstance(match, dict)
                or not match
                or not isinstance(value.get("take"), str)
            ):
                self.complain(
                    place,
                    f"lookup = {value!r}",
                    'lookup = {from = "alias", match = {"own header" = "its header"}, take = "its header"}',
                )
                return {"from": "", "match": {}, "take": "", "theirs": []}
            return {
                "from": value["from"],
                "match": {own: Expression("column", own) for own in match},
                "theirs": [self.text(place, "match", theirs) for theirs in match.values()],
                "take": value["take"],
            }
        # split
        if isinstance(value, dict):
            self.check_keys(f"{place} split", value, ("column", "separator", "part"))
        column = value.get("column") if isinstance(value, dict) else value
        details = value if isinstance(value, dict) else given
        part = details.get("part", 1)
        if not isinstance(part, int) or isinstance(part, bool) or part == 0 or column is None:
            self.complain(
                place,
                f"split = {value!r}",
                'split = {column = "Header", separator = "/", part = 1}; part = -1 is the last',
            )
            part = 1
        return {
            "column": self.expression(place, column or ""),
            "separator": self.text(place, "separator", details.get("separator", "/")),
            "part": part,
        }

    def modifiers(self, place: str, given: dict[str, Any]) -> dict[str, Any]:
        kept = {key: given[key] for key in MODIFIERS if key in given}
        for key in ("prefix", "date_format", "decimal"):
            if key in kept:
                kept[key] = self.text(place, key, plain(kept[key]))
        for key in ("times", "divide_by"):
            if key in kept and (
                isinstance(kept[key], bool) or not isinstance(kept[key], int | float | str) or kept[key] == 0
            ):
                self.complain(place, f"{key} = {kept[key]!r}", f"{key} as a number such as 1000, or a header in quotes")
                del kept[key]
        if "default" in kept:
            kept["default"] = plain(kept["default"])
        if "null" in kept:
            kept["null"] = self.texts(place, "null", kept["null"])
        if "map" in kept:
            if isinstance(kept["map"], dict):
                kept["map"] = {key: plain(value) for key, value in kept["map"].items()}
            else:
                self.complain(place, f"map = {kept['map']!r}", 'map = {"their word" = "our word"}')
                del kept["map"]
        self.check_unmatched(place, given)
        return kept


def plain(value: Any) -> str:
    """A TOML value as the text a cell would hold."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
