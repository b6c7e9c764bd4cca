"""Through how many hands goods reach terminals, and where hospitals buy through more than one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.analysis.network.hops import HANDS, list_chains, mix_sales, sum_hands, trace_receipts
from insight.charts import stacked
from insight.i18n import join_names
from insight.sentences import structure as sentences
from insight.ui.cards import Card, show_card
from insight.ui.network.channel import name_view, read_turn, select_node
from insight.ui.page import Page
from insight.ui.states import Nothing

# kinds of terminal that 两票制 is asked of: who owns a hospital is not in the data
HOSPITALS = ("hospital", "public_hospital", "public hospital", "医院", "公立医院")
LOOK_BACK = 3  # months before the period whose receipts count: goods sold early came in before
MOST_LINES, MOST_CHAINS, MOST_ROWS = 12, 200, 4000


@st.cache_data(max_entries=60, max_size="100MB", show_spinner=False)
def _mix(key: str, _receipts: pd.DataFrame, _sales: pd.DataFrame) -> pd.DataFrame:
    return mix_sales(_sales, trace_receipts(_receipts))


def gather_hands(page: Page) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What distributors received, and sales with the hands they came through."""
    receipts = page.ask("network/hops_receipts", look_back=LOOK_BACK)
    sales = page.ask("network/hops_sales")
    mixed = _mix(name_view(page), receipts, sales)
    if mixed["sales_amount"].sum() <= 0:
        raise Nothing(page.say("No pure sales for these filters."))
    if receipts.empty and not mixed["is_maker"].any():
        raise Nothing(
            page.say("Nothing says what distributors received, so the hands goods passed through are unknown.")
        )
    return receipts, mixed


def make_hands(page: Page) -> Card:
    """Pure sales by the number of distributors they came through, by product line."""
    receipts, mixed = gather_hands(page)
    lines = sum_hands(mixed, ["product_line"]).sort_values(["sales_amount", "product_line"], ascending=[False, True])
    amounts = ["sales_amount", *(f"{hands}_amount" for hands in HANDS)]
    total = lines[amounts].sum().to_dict()
    first = lines[lines["sales_amount"] > 0].head(MOST_LINES)
    rest = lines[(lines["sales_amount"] > 0) & ~lines.index.isin(first.index)]
    rows = [{"unit_id": "all:", "unit_name": page.say("All product lines"), **total}]
    if len(lines) > 1:
        rows += [
            {"unit_id": f"line:{row['product_line']}", "unit_name": page.term(row["product_line"]), **row}
            for row in first.to_dict("records")
        ]
    if len(rest):
        name = page.say("{count} others", count=page.count(len(rest)))
        rows.append({"unit_id": "others:", "unit_name": name, **rest[amounts].sum().to_dict()})
    frame = pd.DataFrame(rows)
    for hands in HANDS:
        frame[f"{hands}_rate"] = frame[f"{hands}_amount"] / frame["sales_amount"]
    frame["amount_text"] = frame["sales_amount"].map(page.amount)
    returned = float(mixed["returned_amount"].sum())
    notes = [
        page.say(
            "What a distributor sells is taken to be mixed like what it received, by product line, in the period and the "
            "{count} months before.",
            count=page.count(LOOK_BACK),
        )
    ]
    if receipts["is_implied"].any():
        notes.append(
            page.say(
                "Of some manufacturers no sell-in is recorded: one that is known by the product counts as the source only "
                "where no other receipt of the line is."
            )
        )
    if returned:
        notes.append(
            page.say(
                "Terminals that returned more than they bought are left out: {amount}.", amount=page.amount(returned)
            )
        )
    return Card(
        title=sentences.tell_hands(total, page.language),
        subtitle=page.say("Pure sales by the number of distributors between manufacturer and terminal"),
        frame=frame[["unit_id", "unit_name", *(f"{hands}_rate" for hands in HANDS), "amount_text"]],
        draw=stacked.draw_mix,
        note=" ".join(notes),
        metrics=("invoice_hops",),
        table=frame.rename(columns={"unit_name": "product_line"})[["product_line", *amounts]],
    )


def make_chains(page: Page) -> Card:
    """Hospitals supplied through more than one distributor, by chain."""
    receipts, mixed = gather_hands(page)
    hospitals = mixed[mixed["type"].fillna("").astype(str).str.strip().str.lower().isin(HOSPITALS)]
    whole = float(hospitals["sales_amount"].sum())
    types = sorted(hospitals["type"].unique())
    kinds = join_names(page.language, [page.term(kind) for kind in types] or [page.term(HOSPITALS[0])])
    if whole <= 0:
        raise Nothing(page.say("No terminal of the kind “{kinds}” bought in this period.", kinds=kinds))
    several = hospitals["two_share"] + hospitals["more_share"]
    amount = float((several * hospitals["sales_amount"]).sum())
    passing = hospitals[several > 0]
    if passing.empty:
        raise Nothing(page.say("Nothing is known to reach hospitals through more than one distributor."))
    sellers = passing[["seller_id", "product_line"]].drop_duplicates()
    sold = page.ask("network/hops_terminals", sellers=sorted(sellers["seller_id"].unique()), types=types)
    parts = passing.assign(several_share=several).drop_duplicates(["seller_id", "product_line"])
    sold = sold.merge(parts[["seller_id", "product_line", "several_share"]], on=["seller_id", "product_line"])
    sold = sold.assign(several_amount=sold["sales_amount"] * sold["several_share"])
    sold = sold.sort_values(["several_amount", "terminal_id"], ascending=[False, True]).head(MOST_ROWS)
    chains = list_chains(receipts, sorted(set(zip(sold["seller_id"], sold["product_line"], strict=True))))
    rows = sold.merge(chains, on=["seller_id", "product_line"])
    rows["chain_amount"] = rows["sales_amount"] * rows["chain_share"]
    order = ["chain_amount", "terminal_id", "product_line"]
    rows = rows.sort_values(order, ascending=[False, True, True]).head(MOST_CHAINS)
    known = page.ask("network/structure_distributors").set_index("distributor_id")["distributor_name"].to_dict()
    rows["chain_name"] = [" → ".join(known.get(code, code) for code in chain) for chain in rows["chain"]]
    rows["product_line"] = rows["product_line"].map(page.term)
    columns = ["terminal_name", "chain_name", "product_line", "chain_amount", "sales_amount", "territory_name"]
    return Card(
        title=sentences.tell_chains(amount, whole, page.language, page.company.currency),
        subtitle=page.say(
            "Terminals of the kind “{kinds}”, by product line and chain of distributors, the most valuable {count}. "
            "Click a row to select the terminal",
            kinds=kinds,
            count=page.count(len(rows)),
        ),
        frame=rows[columns],
        table=rows[["terminal_id", *columns]],
        note=page.say(
            "The two-invoice rule allows one distributor between manufacturer and public hospital. It is a rule for drugs; for "
            "consumables and reagents it varies by province, and who owns a hospital is not in the data. A place to "
            "look, not a finding."
        ),
        metrics=("invoice_hops",),
        pick_ids={"row": [f"terminal:{code}" for code in rows["terminal_id"]]},
        on_pick=select_node,
        turn=read_turn(),
    )


def show_hops(page: Page) -> None:
    """The cards on the hands goods pass through; one says why where neither can be drawn."""
    try:
        gather_hands(page)
    except Nothing:
        show_card(page, "network/hands", make_hands)
        return
    left, right = st.columns(2)
    with left:
        show_card(page, "network/hands", make_hands)
    with right:
        show_card(page, "network/chains", make_chains)
