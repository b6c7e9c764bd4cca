"""Who stays: retention of new customers by the half-year they began in, and what follows a change of owner."""

from __future__ import annotations

from insight.analysis.life.handover import AFTER, BEFORE, LEAST_HANDOVERS, LEAST_TERMINALS, measure_dip
from insight.charts import event_study, heat
from insight.sentences import life as sentences
from insight.ui.cards import Card
from insight.ui.page import Page
from insight.ui.states import Nothing

MOST_KEPT = 3_000  # of customers that kept their owner: so many are enough to compare with


def make_retention(page: Page) -> Card:
    """Cohorts of a half-year against months since the first order."""
    frame = page.ask("life/retention")
    if frame.empty or frame["known_count"].max() < sentences.FEW:
        raise Nothing(
            page.say(
                "Not enough new customers yet. A first order counts as one where the seller’s data begin half a year before "
                "it, or where the terminal had just opened; five in a half-year, and nine months of data after it, are needed."
            )
        )
    names = frame["cohort_month"].map(lambda first: sentences.name_half_year(first, page.language))
    is_few = frame["known_count"] < sentences.FEW
    shown = frame.assign(
        row_id=frame["cohort_month"].map(lambda first: first.isoformat()),
        row_name=names + " · " + frame["customer_count"].map(page.count),
        column_id=frame["since_count"].astype(int).astype(str),
        column_name=frame["since_count"].map(page.count),
        rate=frame["retention_rate"].mask(is_few),
        label=is_few.map({True: "n<5", False: None}),
        tip=[
            page.say("{n} of {all}", n=page.count(buying), all=page.count(known))
            for buying, known in zip(frame["buying_count"], frame["known_count"], strict=True)
        ],
    )
    return Card(
        title=sentences.tell_retention(frame.to_dict("records"), page.language),
        subtitle=page.say(
            "Share still buying by their own rhythm, by half-year of the first order (customers beside it) and months since"
        ),
        frame=shown,
        draw=heat.draw_heat,
        options={
            "scheme": "sequential",
            "row_title": page.say("First order"),
            "column_title": page.say("Months since"),
            "rate_title": page.say("Still buying"),
        },
        note=page.say("Customers known from the start of the data are in no row."),
        metrics=("retention",),
        table=frame.assign(cohort_month=names),
    )


def make_handovers(page: Page) -> Card:
    """Sales around a change of owner beside those of customers that kept theirs."""
    dip = measure_dip(page.ask("life/handovers", kept_limit=MOST_KEPT))
    if dip.change_rate is None or dip.low_rate is None or dip.high_rate is None:
        raise Nothing(
            page.say(
                "Not enough handovers: {n} with {before} whole months before and {after} from it on, of {customers} customers; "
                "{least} of {least_customers} are needed.",
                n=page.count(dip.handover_count),
                customers=page.count(dip.terminal_count),
                before=BEFORE,
                after=AFTER,
                least=LEAST_HANDOVERS,
                least_customers=LEAST_TERMINALS,
            )
        )
    return Card(
        title=sentences.tell_dip(dip.change_rate, dip.low_rate, dip.high_rate, page.language),
        subtitle=page.say("Pure sales around the month of a handover, index, mean of the six months before = 100"),
        frame=dip.path,
        draw=event_study.draw_event_study,
        options={
            "treated_name": page.say("Owner changed"),
            "control_name": page.say("Owner kept"),
            "event_name": page.say("handover"),
            "axis_title": page.say("Months from the handover"),
        },
        note=page.say(
            "{n} handovers of {customers} customers against up to {kept} that kept their owner: {change} ({low} to {high}, 95%). "
            "An association, not proof: who is handed over is not drawn by lot.",
            n=page.count(dip.handover_count),
            customers=page.count(dip.terminal_count),
            kept=page.count(dip.kept_count),
            change=page.share(dip.change_rate, is_signed=True),
            low=page.share(dip.low_rate, is_signed=True),
            high=page.share(dip.high_rate, is_signed=True),
        ),
        metrics=("handover_dip",),
        table=dip.path.rename(columns={"treated_index": "changed_index", "control_index": "kept_index"}),
    )
