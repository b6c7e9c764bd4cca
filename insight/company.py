"""A company's data on their way into a snapshot: its tables and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa


@dataclass(frozen=True)
class Workspace:
    """What is true of the whole company: name, money, calendar, and the day the data end."""

    name: str
    currency: str = "CNY"
    is_net_of_tax: bool | None = None  # None: not said
    calendar: str = "CN"  # 'CN': Chinese working days with 调休; anything else: plain weekdays
    is_synthetic: bool = False
    data_through_on: date | None = None  # None: the day of the last flow, or its month's end where flows are monthly
    name_en: str = ""


@dataclass(frozen=True)
class Source:
    """A file the data came from."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Finding:
    """Something that was changed, set aside or ignored on the way in, with how often and an example."""

    code: str
    table: str
    text: str
    count: int
    example: str = ""


@dataclass(frozen=True)
class Company:
    """Canonical tables (names and columns as in ``queries/schema``) with their workspace and provenance.

    Columns a table lacks are filled with NULL at publish; columns the schema lacks are refused.
    """

    workspace: Workspace
    tables: dict[str, pa.Table]
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
