"""The cards of the overview: what each asks, says and draws."""

from __future__ import annotations

from datetime import date

from insight.charts import bridge, bullets, months, ranking, tiles
from insight.filters import add_months
from insight.provinces import find_province
from insight.sentences import overview as sentences
from insight.ui.cards import Card
from insight.ui.choice import choose, find_choice, take_turn
from insight.ui.frame import pick_period, pick_territory
from insight.ui.page import Page
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals

MOST_UNITS = 15  # rows a chart can show; the table has them all
FEW_PROVINCES = 5  # with fewer the grid would be mostly grey: a ranked list says more


def make_months(page: Page) -> Card:
    """Three tiers by month: the calendar year, or the window where it is longer."""
    window, last = page.window, page.window.last_month
    start, end = date(last.year, 1, 1), date(last.year + 1, 1, 1)
    if window.period_start < start:
        start, end = max(window.period_start, add_months(window.period_end, -24)), window.period_end
    frame = page.ask("overview/sales_by_month", chart_start=start, chart_end=end)
    # without a whole month's yardstick the partial month stays without a variance
    has_forecast = frame["forecast_amount"].notna().any()
    marks = [
        page.say("Solid = actual, outline = plan")
        if frame["plan_amount"].notna().any()
        else page.say("Solid = actual, outline = last year")
    ]
    if has_forecast:
        marks.append(page.say("dashed = projection (last year’s month × growth so far)"))
    return Card(
        title=sentences.tell_months(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Pure sales, {unit}. {marks}",
            unit=months.describe_unit(frame, page.style),
            marks=page.say(", ").join(marks),
        ),
        frame=frame,
        draw=months.draw_three_tiers,
        metrics=("pure_sales", "target", "target_to_date", "projection"),
        pick="month",
        pick_field="month_key",
        on_pick=lambda key: pick_period(page, key),
    )


def make_units(page: Page) -> Card:
    """Attainment of the territories compared, worst first."""
    frame = page.ask("overview/attainment_by_unit")
    frame["unit_name"] = frame["unit_name"].fillna(page.say("Unassigned"))
    if not frame["unit_id"].any():  # none at all, or only what is unassigned
        raise Nothing(page.say("No territories are loaded, so nothing can be compared by territory."))
    is_planned = frame["plan_amount"].notna().any()
    if not is_planned:  # a bar of nothing says nothing
        frame = frame[frame["actual_amount"] != 0]
        if frame.empty:
            raise Nothing(page.say("No data for these filters."))
    shown = frame.head(MOST_UNITS)
    return Card(
        title=sentences.tell_units(frame.to_dict("records"), page.language, has_plan=page.has("targets")),
        subtitle=page.say(
            "Attainment to date, largest gap first. Line = target, diamond = last year. Gap in {unit}"
            if shown["base_attainment_rate"].notna().any()
            else "Attainment to date, largest gap first. Line = target. Gap in {unit}",
            unit=bullets.describe_unit(shown, page.style),
        )
        if is_planned
        else page.say(
            "Pure sales, {unit}",
            unit=ranking.describe_unit(shown.rename(columns={"actual_amount": "value_amount"}), page.style),
        ),
        frame=shown if is_planned else shown.rename(columns={"actual_amount": "value_amount"}),
        draw=bullets.draw_bullets if is_planned else ranking.draw_ranking,
        note=page.say("The first {n} of {all}; the table has them all.", n=MOST_UNITS, all=len(frame))
        if len(frame) > MOST_UNITS
        else "",
        metrics=("attainment", "gap", "pure_sales"),
        pick="unit",
        pick_field="unit_id",
        on_pick=lambda unit: pick_territory(page, unit),
        table=frame,
    )


def make_bridge(page: Page) -> Card:
    """From the comparison period to this one, driver by driver."""
    if not page.window.has_base:
        raise Nothing(page.say("There is nothing earlier to compare with, so what moved sales cannot be said."))
    frame = page.ask("overview/bridge")
    labels = {code: page.say(text) for code, text in sentences.DRIVERS.items()}
    labels["base"] = page.base_name[:1].upper() + page.base_name[1:]
    frame["label"] = frame["driver"].map(labels)
    frame["is_total"] = frame["driver"].isin(["base", "current"])
    shown = frame.rename(columns={"driver": "step_id"})
    return Card(
        title=sentences.tell_bridge(frame.to_dict("records"), labels, page.language, page.company.currency),
        subtitle=page.say(
            "From {base} to this period, {unit}. Totals are marks, only the changes are bars",
            base=page.base_name,
            unit=bridge.describe_unit(shown, page.style),
        ),
        frame=shown,
        draw=bridge.draw_bridge,
        metrics=("volume_effect", "price_effect", "mix_effect", "new_lost"),
        pick="step",
        pick_field="step_id",
        on_pick=select_driver,
        turn=take_turn("overview", "bridge"),
        table=frame[["label", "change_amount", "terminal_count"]],
    )


def has_places(page: Page) -> bool:
    """Whether the level below the regions says more than the territories compared beside it."""
    places, units = page.ask("overview/attainment_by_province"), page.ask("overview/attainment_by_unit")
    return len(places) > 1 and set(places["province_id"]) != set(units["unit_id"].dropna())


def make_places(page: Page) -> Card:
    """China's provinces as tiles; elsewhere, and for a few provinces, a ranked list."""
    frame = page.ask("overview/attainment_by_province")
    if frame.empty:
        raise Nothing(page.say("No territory below the regions has sales or targets."))
    frame["province_code"] = frame["province_name"].map(find_province)
    is_rated = frame["attainment_rate"].notna().any()
    frame["rate"] = frame["attainment_rate"] if is_rated else frame["growth_rate"] + 1
    ids = dict(zip(frame["province_code"], frame["province_id"], strict=True))
    measure = (
        page.say("Attainment to date, %") if is_rated else page.say("Pure sales, share of the comparison period, %")
    )
    if frame["province_code"].nunique() < FEW_PROVINCES or not (is_rated or page.window.has_base):
        listed = frame.rename(
            columns={"province_id": "unit_id", "province_name": "unit_name", "actual_amount": "value_amount"}
        ).nlargest(15, "value_amount")
        return Card(
            title=sentences.tell_ranking(frame.to_dict("records"), page.language),
            subtitle=page.say("Pure sales, {unit}, the 15 largest", unit=ranking.describe_unit(listed, page.style)),
            frame=listed,
            draw=ranking.draw_ranking,
            metrics=("pure_sales",),
            pick="unit",
            pick_field="unit_id",
            on_pick=lambda unit: pick_territory(page, unit),
        )
    return Card(
        title=sentences.tell_places(frame.to_dict("records"), "province_name", page.language),
        subtitle=page.say("{measure}, one tile a province-level unit; grey = no data", measure=measure),
        frame=frame[frame["province_code"].notna()],
        draw=tiles.draw_tiles,
        metrics=("attainment",) if is_rated else ("growth", "pure_sales"),
        pick="province",
        pick_field="province_code",
        on_pick=lambda code: pick_territory(page, ids.get(code)),
    )


def select_driver(driver: str | None) -> None:
    """A click on a bar of the bridge opens the terminals behind it; the totals have none."""
    choose("overview", "bridge", **({"driver": driver} if driver not in (None, "base", "current") else {}))


def read_driver() -> str:
    """The driver selected in the bridge, or nothing."""
    return str(find_choice("overview").get("driver", ""))


def make_driver(page: Page) -> Card:
    """The terminals behind the driver selected in the bridge, most money first."""
    driver = read_driver()
    frame = page.ask("overview/bridge_terminals", driver=driver, row_limit=200)
    if frame.empty:
        raise Nothing(page.say("Nothing lies behind this driver under these filters."))
    first = frame.iloc[0]
    frame["type"] = frame["type"].map(page.term)
    columns = [
        "terminal_name",
        "change_amount",
        "base_amount",
        "current_amount",
        "product_count",
        "type",
        "territory_name",
    ]
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
        metrics=("volume_effect", "price_effect", "mix_effect", "new_lost"),
        table=frame[["terminal_id", *columns]],
        **pick_terminals("overview", frame["terminal_id"]),
    )
