"""What either side keeps of an activity's incremental sales, and which distributor supplied them.

Incremental sales are taken to come through the suppliers that served the terminals in the months after, in their shares,
each at the margin it had around the activity:

    margin of the manufacturer  = sum over suppliers of share x the manufacturer's margin on what that supplier sold
    margin of distributor d     = share of d x its own margin          margin of the distributors = their sum

    D1 supplied 600 at margins 30% (manufacturer) and 10% (its own), D2 300 at 30% and 20%, the manufacturer 100 directly
    at 40%: manufacturer 0.6 x 30% + 0.3 x 30% + 0.1 x 40% = 31%, D1 6%, D2 6%, distributors 12%.
"""

import pandas as pd

MANUFACTURER = "manufacturer"
DISTRIBUTOR = "distributor"
UNNAMED = ""  # the distributors' gain where nobody is known to have supplied

OWN = "own"  # margins of the activity's own sales
MEAN = "mean"  # the mean of the other activities: its own sales, or their costs and prices, are not known
_KNOWN = 0.8  # products of known cost and price must make up so much of the sales
_RATES = ["manufacturer_margin_rate", "distributor_margin_rate"]


def find_margins(activity_ids: pd.Series, sales: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Margins of every activity, and what each payer's part of them is.

    sales: a row an activity and supplier with activity_id, supplier_id (empty: the manufacturer directly),
    supplied_amount (the months after), sold_amount, known_amount, manufacturer_margin_amount, distributor_margin_amount.
    Gives (margins, parts):
        margins  activity_id, manufacturer_margin_rate, distributor_margin_rate, margin_basis ('own', 'mean', None)
        parts    activity_id, payer_id ('manufacturer' or a distributor), payer_side, supply_share, margin_rate: of one
                 unit of incremental sales. The margin rates of an activity's distributors add up to their side's.
    Without sales in the months after, the shares are those of the whole window; returns take no share.
    """
    table = weigh_suppliers(sales)
    own = table.groupby("activity_id")[["manufacturer_rate", "distributor_rate"]].sum(min_count=1)
    own.columns = pd.Index(_RATES)
    margins = complete_margins(activity_ids, own[~own.isna().any(axis=1)].reset_index())
    return margins, list_parts(margins, table)


def weigh_suppliers(sales: pd.DataFrame) -> pd.DataFrame:
    """The sales with supply_share and each supplier's part of both margins, NaN where they are unknown."""
    table = sales.copy()
    amounts = [column for column in table.columns if column.endswith("_amount")]
    table[amounts] = table[amounts].astype(float)
    groups = table.groupby("activity_id")
    after, around = table["supplied_amount"].clip(lower=0.0), table["sold_amount"].clip(lower=0.0)
    has_after = after.groupby(table["activity_id"]).transform("sum") > 0
    weight = after.where(has_after, around)
    whole = weight.groupby(table["activity_id"]).transform("sum")
    table["supply_share"] = (weight / whole.where(whole > 0)).fillna(0.0)
    sold, known = groups["sold_amount"].transform("sum"), groups["known_amount"].transform("sum")
    is_known = (sold > 0) & (known >= _KNOWN * sold)
    for side in (MANUFACTURER, DISTRIBUTOR):
        margin = table[f"{side}_margin_amount"]
        own = margin / table["known_amount"].where(table["known_amount"] > 0)
        # a supplier of which only products without a price are known sells at the activity's margin
        mean = groups[f"{side}_margin_amount"].transform("sum") / known.where(known > 0)
        if side == DISTRIBUTOR:
            mean = mean.where(table["supplier_id"] != "", 0.0)
        table[f"{side}_rate"] = (table["supply_share"] * own.fillna(mean)).where(is_known)
    return table


def complete_margins(activity_ids: pd.Series, margins: pd.DataFrame) -> pd.DataFrame:
    """A row of margins for every activity: its own, else the mean of the others, else unknown.

    An activity whose terminals bought nothing around it has no margin of its own; 40% and 50% elsewhere give it 45%.
    """
    own = margins.set_index("activity_id")[_RATES].astype(float).reindex(activity_ids)
    filled = own.fillna(own.mean())
    basis = [
        OWN if is_own else MEAN if is_filled else None
        for is_own, is_filled in zip(own.notna().all(axis=1), filled.notna().all(axis=1), strict=True)
    ]
    return filled.assign(margin_basis=basis).reset_index(names="activity_id")


def list_parts(margins: pd.DataFrame, suppliers: pd.DataFrame) -> pd.DataFrame:
    """The payers' parts of each activity's margins: those of its suppliers, or split by supply where only means are known."""
    columns = ["activity_id", "payer_id", "payer_side", "supply_share", "margin_rate"]
    by_activity = dict(list(suppliers.groupby("activity_id")))
    rows: list[tuple[object, ...]] = []
    for one in margins.to_dict("records"):
        name = one["activity_id"]
        supply = by_activity.get(name, suppliers.iloc[:0])
        named = supply[(supply["supplier_id"] != "") & (supply["supply_share"] > 0)]
        direct = float(supply.loc[supply["supplier_id"] == "", "supply_share"].sum())
        rows.append((name, MANUFACTURER, MANUFACTURER, direct, one["manufacturer_margin_rate"]))
        if one["margin_basis"] == OWN:
            parts = named["distributor_rate"]
        else:
            parts = (
                one["distributor_margin_rate"] * named["supply_share"] / max(float(named["supply_share"].sum()), 1e-12)
            )
        for supplier, share, part in zip(named["supplier_id"], named["supply_share"], parts, strict=True):
            rows.append((name, supplier, DISTRIBUTOR, share, part))
        if named.empty and one["distributor_margin_rate"] != 0:
            rows.append((name, UNNAMED, DISTRIBUTOR, 0.0, one["distributor_margin_rate"]))
    return pd.DataFrame(rows, columns=columns)
