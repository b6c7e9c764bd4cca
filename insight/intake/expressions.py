"""A mapping's expressions worked out over the rows of a sheet."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from insight.intake.cells import Cells, combine, convert, encode, fold, repeat
from insight.intake.mapping import Expression
from insight.intake.report import IntakeError, Problem, Trouble
from insight.intake.sheets import Sheet
from insight.intake.values import NumberStyle, judge_numbers, read_month, read_number, round_half_up

LONGEST_SLUG = 40


@dataclass(frozen=True)
class Setting:
    """What expressions need beside their own sheet: the mapping's other sources, and the workspace's money."""

    find_sheets: Callable[[str], Sequence[Sheet]]
    currency: str
    many_sheets: bool = False


def evaluate(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    """The column that ``expression`` makes of ``sheet``; raises IntakeError for a column that is not there."""
    cells = _KINDS[expression.kind](expression, sheet, setting)
    return _modify(cells, expression, sheet, setting)


def _column(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    place = sheet.find_column(expression.value)
    if place is None:
        lack = sheet.lack(expression.value)
        word = f'for the same word in every row write {{ constant = "{expression.value}" }}'
        raise IntakeError(replace(lack, mend="; ".join(filter(None, [lack.mend, word]))))
    return sheet.columns[place]


def _constant(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    return repeat(expression.value, len(sheet.rows), "(said by the mapping)")


def _row_number(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    start = f"{re.sub(r'[.].*$', '', sheet.file)}-" if setting.many_sheets else ""
    middle = f"{sheet.name}-" if setting.many_sheets and sheet.name else ""
    numbers = [f"{start}{middle}{row}" for row in sheet.rows.tolist()]
    if sheet.wide is not None and len(set(numbers)) < len(numbers):
        places = sheet.columns[-1].position
        turned = [places] * len(numbers) if isinstance(places, int) else places.tolist()
        numbers = [f"{number}-{place + 1}" for number, place in zip(numbers, turned, strict=True)]
    return encode(numbers, "row number")


def _parts(expression: Expression, sheet: Sheet, setting: Setting) -> list[Cells]:
    return [evaluate(part, sheet, setting) for part in expression.value["parts"]]


def _label(parts: Sequence[Cells], joint: str) -> str:
    return joint.join(dict.fromkeys(part.label for part in parts if part.label and part.label[0] != "("))


def _id(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    parts = _parts(expression, sheet, setting)

    def make(texts: tuple[str | None, ...]) -> str | None:
        return None if any(not text for text in texts) else make_id([text for text in texts if text])

    made = combine(parts, make, _label(parts, " + "))
    return made


def make_id(names: Sequence[str]) -> str:
    """A stable, readable id made from names: the same for every spelling that differs by case, width or blanks.

    Letters and digits stay and blanks become hyphens. Where that loses something (other marks, long names) six
    digits of a SHA-1 of the whole name follow, so different names do not meet.

    >>> make_id(["Gerlach  LLC "]), make_id(["国药控股"]), make_id(["A", "B"])
    ('gerlach-llc', '国药控股', 'a.b')
    >>> make_id(["A & B"]) == make_id(["A + B"])
    False
    """
    folded = [fold(name) for name in names]
    slugs = ["-".join(re.findall(r"[^\W_]+", name)) for name in folded]
    slug = ".".join(slugs)
    is_exact = all(slug.replace("-", " ") == name for slug, name in zip(slugs, folded, strict=True))
    if is_exact and 0 < len(slug) <= LONGEST_SLUG:
        return slug
    digest = hashlib.sha1("\x1f".join(folded).encode("utf-8"), usedforsecurity=False).hexdigest()[:6]
    return f"{slug[:LONGEST_SLUG].rstrip('-.')}-{digest}".lstrip("-")


def _join(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    parts = _parts(expression, sheet, setting)
    separator = expression.value["separator"]
    return combine(parts, lambda texts: separator.join(text for text in texts if text) or None, _label(parts, " + "))


def _first_of(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    """The first part that is filled; parts whose column this sheet lacks are passed over, but one must be there."""
    parts: list[Cells] = []
    lacking: list[Trouble] = []
    for part in expression.value["parts"]:
        try:
            parts.append(evaluate(part, sheet, setting))
        except IntakeError as error:
            lacking.extend(error.troubles)
    if lacking and not any(part.label and part.label[0] != "(" for part in parts):
        raise IntakeError(lacking)
    return combine(parts, lambda texts: next((text for text in texts if text), None), _label(parts, " or "))


def _date(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    parts = [evaluate(expression.value[name], sheet, setting) for name in ("year", "month", "day")]

    def make(texts: tuple[str | None, ...]) -> str | Problem | None:
        year, month, day = texts
        if not any(texts[:2]):
            return None
        found = re.fullmatch(r"([0-9]{4})(?:\.0+)?\s*年?", unicodedata.normalize("NFKC", year or ""))
        number = read_month(month or "")
        digits = re.fullmatch(r"([0-9]{1,2})(?:\.0+)?\s*[日号]?", unicodedata.normalize("NFKC", day or ""))
        if found is None:
            return Problem("date", f"{year or ''!r} is not a year", "a year such as 2024")
        if number is None:
            return Problem(
                "date", f"{month or ''!r} is not a month", "a month as 1 to 12, November, Nov, 十一月 or M11"
            )
        if digits is None:
            return Problem("date", f"{day or ''!r} is not a day", "a day as 1 to 31")
        try:
            return date(int(found[1]), number, int(digits[1])).isoformat()
        except ValueError:
            return Problem("date", f"{year}, {month}, {day} is no day of the calendar", "a day that exists")

    return combine(parts, make, _label(parts, " + "))


def _numbers(cells: Cells, expression: Expression, sheet: Sheet, setting: Setting) -> NumberStyle:
    decimal = expression.modifiers.get("decimal", "") or sheet.options.decimal
    return judge_numbers(cells.values, decimal, setting.currency, sheet.is_semicolon)


def _product_of(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    parts = _parts(expression, sheet, setting)
    styles = [_numbers(part, expression, sheet, setting) for part in parts]

    def multiply(texts: tuple[str | None, ...]) -> str | Problem | None:
        product = Decimal(1)
        for text, style in zip(texts, styles, strict=True):
            number = read_number(text, style) if text else None
            if number is None:
                return None
            if isinstance(number, Problem):
                return number
            product *= number
        return format(product, "f")

    return combine(parts, multiply, _label(parts, " × "))


def _split(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    cells = evaluate(expression.value["column"], sheet, setting)
    separator, part = expression.value["separator"], expression.value["part"]

    def take(text: str) -> str | None:
        pieces = text.split(separator) if separator else text.split()
        place = part - 1 if part > 0 else part
        return pieces[place].strip() if -len(pieces) <= place < len(pieces) else None

    return convert(cells, take)


def _lookup(expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    alias, take = expression.value["from"], expression.value["take"]
    others = setting.find_sheets(alias)
    index: dict[tuple[str, ...], str] = {}
    doubled: set[tuple[str, ...]] = set()
    for other in others:
        columns = [_column(Expression("column", name), other, setting) for name in expression.value["theirs"]]
        taken = _column(Expression("column", take), other, setting)
        for row in range(len(other.rows)):
            key = tuple(fold(column.text(row)) for column in columns)
            if index.setdefault(key, taken.text(row)) != taken.text(row):
                doubled.add(key)
    own = [evaluate(part, sheet, setting) for part in expression.value["match"].values()]
    where = others[0].title if others else alias
    names = " + ".join(expression.value["theirs"])

    def find(texts: tuple[str | None, ...]) -> str | Problem | None:
        if not any(texts):
            return None
        key = tuple(fold(text or "") for text in texts)
        shown = ", ".join(text or "" for text in texts)
        if key in doubled:
            return Problem(
                "lookup",
                f"{where} has several rows with {names} = {shown!r}",
                "keep one of them, or match on more columns",
            )
        if key not in index:
            return Problem(
                "lookup", f"{where} has no row with {names} = {shown!r}", "add the row there, or mend the key"
            )
        return index[key]

    return combine(own, find, _label(own, " + "))


_KINDS: Mapping[str, Callable[[Expression, Sheet, Setting], Cells]] = {
    "column": _column,
    "constant": _constant,
    "row_number": _row_number,
    "id": _id,
    "join": _join,
    "first_of": _first_of,
    "date": _date,
    "product_of": _product_of,
    "split": _split,
    "lookup": _lookup,
}


def _modify(cells: Cells, expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    """Apply the modifiers in the order: null, map, arithmetic, prefix, default."""
    modifiers = expression.modifiers
    if not modifiers:
        return cells
    if "null" in modifiers:
        null = set(modifiers["null"])
        cells = convert(cells, lambda text: None if text in null else text)
    if "map" in modifiers:
        exact = modifiers["map"]
        folded = {fold(key): value for key, value in exact.items()}
        cells = convert(cells, lambda text: exact.get(text, folded.get(fold(text), text)))
    if modifiers.keys() & {"times", "divide_by", "negate"}:
        cells = _calculate(cells, expression, sheet, setting)
    if "prefix" in modifiers:
        cells = convert(cells, lambda text: modifiers["prefix"] + text)
    if modifiers.get("default"):
        cells = _fill(cells, modifiers["default"])
    return cells


def _calculate(cells: Cells, expression: Expression, sheet: Sheet, setting: Setting) -> Cells:
    style = _numbers(cells, expression, sheet, setting)
    modifiers = expression.modifiers
    label = cells.label
    for key in ("times", "divide_by"):
        if isinstance(modifiers.get(key), str):
            other = _column(Expression("column", modifiers[key]), sheet, setting)
            other_style = _numbers(other, expression, sheet, setting)
            cells = combine([cells, other], _pairing(key, style, other_style), label)
            style = NumberStyle(currency=setting.currency)
    factor = Decimal(-1 if modifiers.get("negate") else 1)
    times, divide_by = modifiers.get("times", 1), modifiers.get("divide_by", 1)
    factor *= Decimal(str(times)) if not isinstance(times, str) else 1
    divisor = Decimal(str(divide_by)) if not isinstance(divide_by, str) else Decimal(1)

    def change(text: str) -> str | Problem | None:
        number = read_number(text, style)
        return _plain(number * factor / divisor) if isinstance(number, Decimal) else number

    return convert(cells, change)


def _pairing(
    key: str, style: NumberStyle, other_style: NumberStyle
) -> Callable[[tuple[str | None, ...]], str | Problem | None]:
    def join(texts: tuple[str | None, ...]) -> str | Problem | None:
        if not texts[0] or not texts[1]:
            return None
        left, right = read_number(texts[0], style), read_number(texts[1], other_style)
        for number in (left, right):
            if not isinstance(number, Decimal):
                return number
        assert isinstance(left, Decimal) and isinstance(right, Decimal)
        if key == "divide_by" and not right:
            return Problem("number", "divided by zero", "a divisor other than 0")
        return _plain(left * right if key == "times" else left / right)

    return join


def _plain(number: Decimal) -> str:
    """The number in full, without needless zeros; at most twelve places where a division does not end."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -12:
        number = round_half_up(number, 12)
    return format(number, "f")


def _fill(cells: Cells, text: str) -> Cells:
    if not cells.is_empty.any():
        return cells
    code = cells.values.index(text) if text in cells.values else len(cells.values)
    values = cells.values if text in cells.values else (*cells.values, text)
    codes = cells.codes.copy()
    codes[cells.is_empty] = code
    return replace(cells, codes=codes, values=values)
