"""The targets of a snapshot handed down the tree of territories: asks the staged plan, has it allocated, writes it down."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from insight.analysis.allocation import allocate_tree
from insight.filters import add_months
from insight.warehouse import Builder, Written

Key = tuple[date, str, str]  # month, measure, product line


def write_allocations(builder: Builder) -> list[Written]:
    """Write what territories without a target get of those given above them; nothing where none is given or none lacks one."""
    plans: dict[Key, dict[str, tuple[Decimal, int]]] = defaultdict(dict)
    for row in builder.ask("allocation/plans").to_pylist():
        key = (row["plan_month"], row["measure"], row["product_line"])
        plans[key][row["territory_id"]] = (row["target_amount"], row["version"])
    if not plans:
        return []
    sold: dict[Key, dict[str, Decimal]] = defaultdict(dict)
    for row in builder.ask("allocation/sales").to_pylist():
        sold[row["sales_month"], row["measure"], row["product_line"]][row["territory_id"]] = row["sales_amount"]
    children: dict[str, list[str]] = defaultdict(list)
    for row in builder.ask("allocation/tree").to_pylist():
        children[row["parent_id"]].append(row["territory_id"])
    rows: list[dict[str, Any]] = []
    for (month, measure, line), plan in plans.items():
        last_year = sold.get((add_months(month, -12), measure, line), {})
        found = allocate_tree({place: amount for place, (amount, _) in plan.items() if place}, children, last_year)
        rows += [
            {
                "plan_month": month,
                "measure": measure,
                "territory_id": place,
                "product_line": line,
                "target_amount": amount,
                "from_id": source,
                "basis": basis,
                "version": plan[source][1],
            }
            for place, (amount, source, basis) in found.items()
        ]
    return [builder.write_derived("allocated_plan_months", pa.Table.from_pylist(rows))] if rows else []
