"""Why it changed: the bridge from the comparison to now, what carries most of it, and whether loading or trade across
borders stands behind an attainment."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import bridge
from insight.filters import add_months
from insight.sentences import explaining as sentences
from insight.ui.attainment.explanation import Explanation, explain
from insight.ui.attainment.levels import PAGE, gather_level, list_levels, name_unit
from insight.ui.attainment.standing import Answers
from insight.ui.cards import Card, show_card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.frame import change_filters
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.ui.text import plain
from insight.units import is_missing

EXPLAINED = ("territory", "distributor", "product_line")  # levels whose drivers can be told
MOST_BEHIND, MOST_UNITS = 300, 40
LEAST_SHARE, QUARTERS = 0.15, 4  # as where loading is judged


def headline_why(page: Page, got: Answers) -> str:
    """The sentence of this part."""
    found = explain(page)
    now = got.now
    line = found.line if found else None
    return sentences.tell_headline(
        now.attainment_rate if now.has_target else None,
        now.gap_amount if now.has_target else None,
        [found.names.get(unit, unit) for unit in found.places] if found else [],
        found.place_share if found else 0.0,
        page.term(line.units[0]) if line else "",
        line.driver if line else "",
        line.amount if line else 0.0,
        found.growth if found else None,
        page.language,
        page.company.currency,
        page.base_name,
    )


def list_sentences(page: Page, found: Explanation) -> list[str]:
    """At most three sentences: where, what, and what went the other way."""
    words: list[str] = []
    more = (page.language, page.company.currency)
    if found.places:
        words.append(
            sentences.tell_shortfall(
                [found.names.get(unit, unit) for unit in found.places],
                found.place_share,
                found.place_gap or 0.0,
                found.place_growth,
                found.growth,
                found.place_driver,
                found.place_normal,
                *more,
            )
        )
    elif found.lagging:
        part = found.lagging
        words.append(
            sentences.tell_lagging(
                [found.names.get(unit, unit) for unit in part.units],
                part.share,
                part.amount,
                part.driver,
                part.normal,
                *more,
            )
        )
    if found.line:
        line = found.line
        words.append(
            sentences.tell_line(
                page.term(line.units[0]), line.driver, line.amount, line.base_amount, line.share, line.normal, *more
            )
        )
    sign = 1 if found.gains[2] >= -found.losses[2] or found.line else -1
    drivers, share, amount = found.gains if sign > 0 else found.losses
    if drivers:
        words.append(sentences.tell_gains(drivers, amount, share, sign, *more))
    return words


def show_explanation(page: Page) -> None:
    """The sentences, in a card of their own, with how they were found."""
    with st.container(border=True, key="card-attainment-explain"):
        found = explain(page)
        if found is None:
            st.markdown(page.say("There is nothing earlier to compare with, so what moved sales cannot be said."))
            return
        words = list_sentences(page, found)
        st.markdown(f"**{page.say('Explain the change')}**")
        st.markdown("\n".join(f"- {sentence}" for sentence in words))
        show_named(page, found)
        st.caption(
            page.say(
                "By exact contribution, until four fifths are named or three sentences are full. Usual = within two robust "
                "deviations of the unit’s own past growth against the whole, over as many months."
            )
        )


def show_named(page: Page, found: Explanation) -> None:
    """A way to each place and line the sentences name: a click narrows the page to it."""
    places = found.places or (found.lagging.units if found.lagging else ())
    ways: list[tuple[str, str, dict[str, tuple[str, ...]]]] = [
        (f"place-{unit}", found.names.get(unit, unit), {"territories": (unit,)})
        for unit in places
        if unit and (unit,) != page.filters.territories
    ]
    if found.line and found.line.units[0] and found.line.units != page.filters.product_lines:
        line = found.line.units[0]
        ways.append((f"line-{line}", page.term(line), {"product_lines": (line,)}))
    if not ways:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="chips-explain"):
        st.caption(page.say("Look closer:"), width="content")
        for key, name, wanted in ways:
            st.button(
                plain(name),
                key=f"explain-{key}",
                on_click=lambda wanted=wanted: change_filters(page.filters, **wanted),
            )


def pick_driver(driver: str | None) -> None:
    """A click on a bar opens the terminals behind it; on a total, or again, it closes them."""
    if driver and driver not in ("base", "current"):
        choose(PAGE, "bridge", driver=driver)
    else:
        choose(PAGE, "bridge")


def make_bridge(page: Page) -> Card:
    """From the comparison to the period, driver by driver."""
    if not page.window.has_base:
        raise Nothing(page.say("There is nothing earlier to compare with, so what moved sales cannot be said."))
    totals = page.ask("attainment/driver_totals", by_unit="whole").set_index("driver")
    if totals.empty:
        raise Nothing(page.say("No data for these filters."))
    order = [
        code
        for code in sentences.DRIVERS
        if code in totals.index and (totals.at[code, "change_amount"] or code in ("base", "current"))
    ]
    frame = totals.loc[order].reset_index()
    labels = {code: page.say(text) for code, text in sentences.DRIVERS.items()}
    labels["base"] = page.base_name[:1].upper() + page.base_name[1:]
    frame["label"] = frame["driver"].map(labels)
    frame["is_total"] = frame["driver"].isin(["base", "current"])
    found = explain(page)
    base, current = (float(totals.at[code, "change_amount"]) for code in ("base", "current"))
    shown = frame.rename(columns={"driver": "step_id"})
    return Card(
        title=sentences.tell_change(
            current,
            base,
            found.whole_normal if found else "unknown",
            page.language,
            page.company.currency,
            page.base_name,
        ),
        subtitle=page.say(
            "From {base} to this period, {unit}. Totals are marks, only the changes are bars; a click opens the terminals",
            base=page.base_name,
            unit=bridge.describe_unit(shown, page.style),
        ),
        frame=shown[["step_id", "label", "change_amount", "is_total"]],
        draw=bridge.draw_bridge,
        note=page.say(
            "Price at the new quantity, volume at the average price before, within products of one unit of measure; "
            "returns stand apart. The steps add up to the cent."
        )
        + note_late(page),
        metrics=("volume_effect", "price_effect", "mix_effect", "new_lost", "returned_effect"),
        pick="step",
        pick_field="step_id",
        on_pick=pick_driver,
        turn=take_turn(PAGE, "bridge"),
        table=frame[["label", "change_amount", "terminal_count"]],
    )


def note_late(page: Page) -> str:
    """That a distributor's file is late: what it sold before then counts as less, or as lost."""
    late = page.ask("overview/late_distributors")
    if late.empty or page.window.period_end <= add_months(page.coverage.data_month, -1):
        return ""
    return " " + page.say(
        "{name} has not reported since {month}: what it sold before counts as lost here.",
        name=late["distributor_name"].iloc[0] or late["distributor_id"].iloc[0],
        month=page.month(late["last_month"].iloc[0]),
    )


def make_behind(page: Page, driver: str) -> Card:
    """The terminals behind a bar."""
    frame = page.ask("attainment/driver_terminals", by_unit="whole", unit="", driver=driver, row_limit=MOST_BEHIND)
    if frame.empty:
        raise Nothing(page.say("Nothing lies behind this driver under these filters."))
    first = frame.iloc[0]
    frame = frame.assign(type=frame["type"].map(page.term))
    columns = ["terminal_name", "change_amount", "product_count", "type", "territory_name"]
    return Card(
        title=page.say(
            "{driver}: {n} terminals, {amount}",
            driver=page.say(sentences.DRIVERS[driver]),
            n=page.count(first["all_count"]),
            amount=page.amount(first["all_change_amount"], is_signed=True),
        ),
        subtitle=page.say(
            "Largest change first, {shown} of {all}", shown=page.count(len(frame)), all=page.count(first["all_count"])
        ),
        frame=frame[columns],
        metrics=("volume_effect", "price_effect", "mix_effect", "new_lost", "returned_effect"),
        table=frame[["terminal_id", *columns]],
    )


def make_by_unit(page: Page, code: str) -> Card:
    """The drivers of each unit, whose rows add up to their change."""
    totals = page.ask("attainment/driver_totals", by_unit=code)
    table = totals.pivot_table(index="unit_id", columns="driver", values="change_amount", aggfunc="sum").fillna(0.0)
    for column in ("base", "current"):
        if column not in table:
            table[column] = 0.0
    table["change"] = table["current"] - table["base"]
    table = table.sort_values("change", key=lambda values: values if code != "terminal" else -values)
    names = dict(zip(totals["unit_id"], totals["unit_name"], strict=True))
    table.insert(0, "unit_name", [name_unit(page, code, str(unit), names[unit]) for unit in table.index])
    drivers = [
        name
        for name in sentences.DRIVERS
        if name in table and name not in ("base", "current") and table[name].ne(0).any()
    ]
    labels = {"territory": "territory_name", "distributor": "distributor_name", "product_line": "product_line"}
    frame = table[["unit_name", "change", *drivers]].reset_index(drop=True)
    frame.columns = [labels[code], "change_amount", *(f"{name}_effect_amount" for name in drivers)]
    return Card(
        title=sentences.tell_units(frame.to_dict("records"), page.language, page.base_name),
        subtitle=page.say(
            "Change against {base} and its drivers, {currency}; each row adds up",
            base=page.base_name,
            currency=page.company.currency,
        ),
        frame=frame.head(MOST_UNITS),
        metrics=("volume_effect", "price_effect", "mix_effect", "new_lost", "returned_effect"),
        table=frame,
    )


def make_stock(page: Page, got: Answers) -> Card:
    """Sell-in beside pure sales: an attainment of sell-in made of loading is called so."""
    level = gather_level(page, "distributor", got.landing_end)
    frame = level.units
    if "sell_in_amount" not in frame or not frame["sell_in_amount"].notna().any():
        raise Nothing(page.say("There is no sell-in under these filters."))
    shipped = frame[frame["sell_in_amount"].notna()]
    due = shipped["sell_in_plan_amount"].sum(min_count=1)
    with_plan = shipped[shipped["sell_in_plan_amount"].notna()]
    sell_in = float(with_plan["sell_in_amount"].sum()) / due if not is_missing(due) and due > 0 else None
    loaded = pd.DataFrame({"distributor_id": [], "excess_amount": [], "late_share": [], "stock_days": []})
    if not page.company.is_monthly:
        found = page.ask("network/stock_loading", least_share=LEAST_SHARE, quarter_count=QUARTERS)
        loaded = found[found["is_loading"]].sort_values("excess_amount", ascending=False)
    table = shipped.merge(
        loaded.drop_duplicates("distributor_id")[["distributor_id", "excess_amount", "late_share", "stock_days"]],
        left_on="unit_id",
        right_on="distributor_id",
        how="left",
    )
    table["verdict"] = [page.say("loading?") if not is_missing(value) else "" for value in table["excess_amount"]]
    table = table.sort_values(["excess_amount", "sell_in_amount"], ascending=False, na_position="last")
    columns = ["unit_name", "verdict", "sell_in_amount", "sell_in_plan_amount", "sell_in_rate"]
    columns += ["actual_amount", "attainment_rate", "excess_amount", "late_share", "stock_days"]
    shown = table[columns].rename(columns={"unit_name": "distributor_name"})
    names = list(dict.fromkeys(table.loc[table["excess_amount"].notna(), "unit_name"]))
    return Card(
        title=sentences.tell_stock(names, sell_in, got.now.attainment_rate, page.language),
        subtitle=page.say(
            "Distributors with sell-in. What comes in at a quarter’s end far beyond what is sold on is stock, not a result"
        ),
        frame=shown.dropna(axis="columns", how="all"),
        metrics=("sell_in", "hockey_stick_index", "doi_backward"),
    )


def make_clean(page: Page, got: Answers) -> Card:
    """Attainment with sales outside authorised territories put back to the seller's home, beside the one as counted."""
    outside = page.ask("attainment/outside_by_territory")
    if outside.empty:
        raise Nothing(page.say("No sale of this period lies outside an authorised territory."))
    units = got.parts.merge(outside.drop(columns="unit_name"), on="unit_id", how="left")
    for column in ("taken_amount", "sent_amount"):
        units[column] = units[column].fillna(0.0)
    plan = units["plan_amount"].where(units["plan_amount"] > 0)
    units["clean_amount"] = units["covered_amount"] - units["taken_amount"] + units["sent_amount"]
    units["attainment_clean_rate"] = units["clean_amount"] / plan
    frame = units[units["plan_amount"].notna()]
    if frame.empty:
        raise Nothing(page.say("No territory at this level has a target."))
    columns = ["unit_name", "attainment_rate", "attainment_clean_rate", "taken_amount", "sent_amount", "plan_amount"]
    return Card(
        title=sentences.tell_clean(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "As counted: by the terminal’s territory. Put back: what unauthorised sellers sold moves to their home. "
            "A place to look, not an accusation"
        ),
        frame=frame[columns].sort_values("attainment_clean_rate"),
        metrics=("attainment", "attainment_clean", "cross_territory_rate"),
    )


def show_why(page: Page, got: Answers) -> None:
    """The cards of this part."""
    levels = {code: label for code, label in list_levels(page).items() if code in EXPLAINED}
    left, right = st.columns([3, 2])
    with left:
        show_card(page, "attainment/bridge", make_bridge)
    with right:
        show_explanation(page)
    chosen = find_choice(PAGE)
    if chosen.get("driver"):
        show_card(page, "attainment/behind", lambda page: make_behind(page, str(chosen["driver"])))
    if levels and page.window.has_base:
        code = choose_part(page, PAGE, levels, key="lvl")
        show_card(page, "attainment/by-unit", lambda page: make_by_unit(page, code))
    show_card(page, "attainment/stock", lambda page: make_stock(page, got))
    show_card(page, "attainment/clean", lambda page: make_clean(page, got), needs=("authorisations",))
