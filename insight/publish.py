"""From a company's tables to a published snapshot: typed files, calendar, marts, estimates, checks, one rename."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from insight import __version__
from insight.allocations import write_allocations
from insight.backtesting import write_evidence
from insight.borders import find_zones, tabulate_borders, tabulate_zones
from insight.calendars import list_working_days
from insight.catalog import Question, find_contract, list_tables, read_table
from insight.company import Company, Workspace
from insight.depth import write_depth
from insight.estimates import NEEDED_TABLES, write_estimates
from insight.filters import add_months
from insight.joint_visits import write_joint_visits
from insight.life import write_life
from insight.planning import write_planning
from insight.spelling import write_search_names
from insight.store import Snapshot, find_user, stage
from insight.warehouse import Builder, Written, write_table

REQUIRED_TABLES = ("distributors", "terminals", "products", "flows")
# in the order in which each may read the ones before it
MARTS = (
    "placements",
    "flow_months",
    "sales_months",
    "edge_months",
    "terminal_months",
    "order_days",
    "territory_closure",
    "territory_places",
    "authorised_months",
    "batch_months",
    "credit_shares",
    "credit_months",
    "return_months",
    "rep_closure",
    "holder_plan_months",
    "plan_months",
    "stock_months",
)


@dataclass(frozen=True)
class Facts:
    """What the flows say of time: first day, last day covered, its month, and whether they carry months only."""

    first_on: date
    data_through_on: date
    data_month: date
    is_monthly: bool


class PublishError(ValueError):
    """The company cannot be published as it is; the message says which table or check, and why."""


def publish(company: Company, store: Path, report: Callable[[str], None] = lambda _: None) -> Snapshot:
    """Publish the company as a new snapshot of the store and make it current.

    Raises PublishError where the tables break the schema or a control total, StoreError where the store refuses.
    """
    tables = _prepare_tables(company)
    facts = find_workspace_facts(company.workspace, tables["flows"])
    with stage(store) as staging:
        report("writing tables")
        written = [
            write_table(table, read_table(name), staging.path / "tables" / name, _month_column(name))
            for name, table in tables.items()
        ]
        files = {relation.name: [path for path, _ in relation.files] for relation in written}
        with Builder(staging.path, files) as builder:
            report("building marts")
            written += _build(builder, company.workspace, facts, tables)
            _check_totals(builder, tables["flows"])
            if all(table in tables for table in NEEDED_TABLES):
                written += write_estimates(builder, report)
            if "visits" in tables:
                written += write_joint_visits(builder, report)
            written += write_life(builder, report)
            written += write_planning(builder, report)
            written += write_depth(builder, report)
            written += write_evidence(builder, report)
        report("checking and publishing")
        record = {
            "program": __version__,
            "contract": find_contract(),
            "publisher": find_user(),
            "workspace": {**asdict(company.workspace), "data_through_on": facts.data_through_on.isoformat()},
            "sources": [asdict(source) for source in company.sources],
            "findings": [asdict(finding) for finding in company.findings],
            "rows": {name: table.num_rows for name, table in tables.items()},
        }
        return staging.commit(record, {relation.name: list(relation.files) for relation in written})


def find_workspace_facts(workspace: Workspace, flows: pa.Table) -> Facts:
    """The last day of data, its month, and whether flows carry days at all.

    Flows that all lie on the first (or the last) day of a month are monthly: their data end with the month.
    """
    if flows.num_rows == 0:
        raise PublishError("The table flows has no rows; a snapshot needs at least one shipment line")
    days = pc.unique(flows["occurred_on"].cast(pa.date32())).to_pylist()
    last = max(days)
    is_monthly = len(days) > 1 and (
        all(day.day == 1 for day in days) or all(day.day == monthrange(day.year, day.month)[1] for day in days)
    )
    through = workspace.data_through_on or (_end_month(last) if is_monthly else last)
    if through < last:
        raise PublishError(f"The data are said to end on {through}, but a flow lies on {last}")
    return Facts(min(days), through, through.replace(day=1), is_monthly)


def _build(builder: Builder, workspace: Workspace, facts: Facts, tables: dict[str, pa.Table]) -> list[Written]:
    first, through, month = facts.first_on, facts.data_through_on, facts.data_month
    last_target = pc.max(tables["targets"]["month"].cast(pa.date32())).as_py() if "targets" in tables else None
    # a projection to the year's end needs the working days of all its months
    last = max(add_months(month, 3), date(month.year, 12, 1), last_target or month).replace(day=1)
    days = list_working_days(first.replace(day=1), last, workspace.calendar)
    today = next(row for row in days.to_pylist() if row["day_on"] == through)
    row = {
        "name": workspace.name,
        "name_en": workspace.name_en or None,
        "currency": workspace.currency,
        "calendar": workspace.calendar,
        "is_net_of_tax": workspace.is_net_of_tax,
        "is_synthetic": workspace.is_synthetic,
        "is_monthly": facts.is_monthly,
        "data_through_on": through,
        "data_month": month,
        "is_month_complete": today["working_day_number"] == today["working_day_count"],
        "elapsed_days": today["working_day_number"],
        "working_days": today["working_day_count"],
    }
    authorised = tables["authorisations"]["territory_id"].to_pylist() if "authorisations" in tables else []
    zones = find_zones(tables.get("territories"), frozenset(authorised))
    written = [
        builder.write_derived("working_days", days),
        builder.write_derived("workspace", pa.Table.from_pylist([row])),
        builder.write_derived("territory_zones", tabulate_zones(zones)),
        builder.write_derived("zone_borders", tabulate_borders(zones)),
        write_search_names(builder),
    ]
    written += [builder.write_mart(name) for name in MARTS]
    return written + (write_allocations(builder) if "targets" in tables else [])


def _prepare_tables(company: Company) -> dict[str, pa.Table]:
    """The tables in the order of the model with every column of the schema; raises PublishError with all problems."""
    problems = [f"no table named {name!r}" for name in company.tables if name not in list_tables()]
    problems += [f"the table {name!r} is needed" for name in REQUIRED_TABLES if name not in company.tables]
    for name, table in company.tables.items():
        known = read_table(name).column_names if name in list_tables() else table.column_names
        problems += [
            f"{name} has a column the schema lacks: {column}" for column in table.column_names if column not in known
        ]
    if problems:
        raise PublishError("; ".join(problems))
    return {name: _complete(company.tables[name], read_table(name)) for name in list_tables() if name in company.tables}


def _complete(table: pa.Table, question: Question) -> pa.Table:
    columns = {
        column.name: table[column.name] if column.name in table.column_names else pa.nulls(table.num_rows, pa.string())
        for column in question.columns
    }
    return pa.table(columns)


def _month_column(table: str) -> str | None:
    """Flows are stored by month: the unit in which they grow and are restated."""
    return "occurred_on" if table == "flows" else None


def _check_totals(builder: Builder, flows: pa.Table) -> None:
    """What the marts hold is what came in, to the cent and to the line."""
    (row,) = builder.ask("checks/flow_totals").to_pylist()
    came_in = pc.sum(flows["amount"].cast(pa.decimal128(38, 2))).as_py() or Decimal(0)
    if (row["line_count"], row["flow_amount"]) != (flows.num_rows, came_in):
        raise PublishError(
            f"The marts hold {row['line_count']} lines worth {row['flow_amount']}; {flows.num_rows} worth {came_in} came in"
        )


def _end_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
