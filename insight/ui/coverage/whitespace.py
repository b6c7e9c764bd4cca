"""The cards of white space on the coverage page: what terminals do not buy yet, and how well that was tested."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from insight.charts import reliability
from insight.sentences import whitespace as sentences
from insight.ui.cards import Card, show_card
from insight.ui.choice import find_choice
from insight.ui.page import Page
from insight.ui.parts import choose_part
from insight.ui.states import Nothing
from insight.ui.terminal.opening import pick_terminals, show_terminal

SHOWN, MOST = 200, 5_000  # rows on the screen; rows in the file
LOOKS = {"all": "All", **sentences.STANDINGS}


def show_whitespace(page: Page) -> None:
    """The list of openings with its switch, and below it how well they were found again when hidden."""
    look = choose_part(page, "coverage", LOOKS, key="look")
    show_terminal(page, "whitespace")
    show_card(page, "coverage/whitespace", lambda shown: make_whitespace(shown, "" if look == "all" else look))
    if read_evidence(page).empty:
        return
    left, right = st.columns(2)
    with left:
        show_card(page, "coverage/chances", make_chances)
    with right:
        show_card(page, "coverage/tests", make_tests)


def read_evidence(page: Page) -> pd.DataFrame:
    """How the estimates did on what was hidden from them."""
    return page.ask("coverage/whitespace_evidence")


def make_whitespace(page: Page, standing: str) -> Card:
    """The openings, most expected value first."""
    chosen = find_choice("coverage").get("terminals", [])
    frame = page.ask("coverage/whitespace_by_terminal", standing=standing, terminals=list(chosen), row_limit=MOST)
    if frame.empty:
        raise Nothing(page.say("No white space found: too few similar terminals, or they buy the same."))
    rows = frame.to_dict("records")
    language, currency = page.language, page.company.currency
    is_by_product = bool((frame["product_id"] != "").any())
    frame["product_line"] = frame["product_line"].map(lambda line: page.term(line) if line else None)
    frame["type"] = frame["type"].map(page.term, na_action="ignore")
    frame["opening_why"] = [sentences.tell_why(row, language, currency) for row in rows]
    frame["value_range"] = [sentences.tell_range(row, language, currency) for row in rows]
    frame["standing"] = frame["standing"].map(lambda code: page.say(sentences.STANDINGS[code]))
    frame = frame.rename(
        columns={
            "product_name": "missing_product_name" if is_by_product else "start_product_name",
            "bought_amount": "bought_already_amount",
            "peer_count": "like_buyer_count",
        }
    )
    columns = [
        "terminal_name",
        "product_line",
        *(["missing_product_name"] if is_by_product else []),
        "opening_why",
        "expected_amount",
        "chance_rate",
        "value_amount",
        "value_range",
        "owner_name",
        "last_bought_on",
        "last_visited_on",
        "grade",
        "standing",
        "type",
        "city",
        *([] if is_by_product else ["start_product_name"]),
    ]
    columns = [column for column in columns if frame[column].notna().any()]
    notes = [_tell_test(page)]
    if not rows[0]["is_chance_dated"]:
        notes.append(
            page.say("The past is too short to tell first orders: the chance is the share of such terminals that buy.")
        )
    if rows[0]["all_count"] > SHOWN:
        notes.append(
            page.say(
                "The first {n} of {all} are shown; the file holds {most}.",
                n=SHOWN,
                all=page.count(rows[0]["all_count"]),
                most=page.count(len(frame)),
            )
        )
    return Card(
        title=sentences.tell_whitespace(rows, language, currency),
        subtitle=page.say(
            "Estimated as of {day}: what a terminal does not buy that similar ones do, the 20 nearest in size of its kind, "
            "level and region. Expected = chance of an order within twelve months × value; range 80%. Left out: closed "
            "terminals, what nobody sells in the region, and terminals of which a supplier has not reported",
            day=page.day(page.coverage.data_through_on),
        ),
        frame=frame[columns].head(SHOWN),
        note=" ".join(filter(None, notes)),
        metrics=("whitespace_value", "similar_terminals", "chance_of_order"),
        table=frame[
            [
                "terminal_id",
                *columns,
                "value_low_amount",
                "value_high_amount",
                "bought_already_amount",
                "similar_bought_count",
                "similar_count",
                "adoption_rate",
                "like_buyer_count",
            ]
        ],
        **pick_terminals("whitespace", frame["terminal_id"].head(SHOWN)),
    )


def _tell_test(page: Page) -> str:
    frame = read_evidence(page)
    if frame.empty:
        return ""
    hidden = frame[(frame["topic"] == "whitespace") & (frame["measure"] == "recall")]["case_count"].max()
    return sentences.tell_test(_summarise(frame), 0 if pd.isna(hidden) else int(hidden), page.language)


def _summarise(frame: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    whole = frame[frame["tenth"] == 0]
    keys = zip(whole["topic"], whole["method"], whole["measure"], strict=True)
    return dict(zip(keys, whole["value_rate"].astype(float), strict=True))


def make_chances(page: Page) -> Card:
    """Whether the share of such terminals that buy means what it says."""
    frame = read_evidence(page)
    tenths = frame[frame["tenth"] > 0].pivot_table(index="tenth", columns="measure", values="value_rate").reset_index()
    if tenths.empty:
        raise Nothing(page.say("Too few purchases to test it by hiding some."))
    cases = frame[frame["measure"] == "observed"].set_index("tenth")["case_count"]
    shown = pd.DataFrame(
        {
            "tenth": tenths["tenth"],
            "predicted_rate": tenths["predicted"],
            "observed_rate": tenths["observed"],
            "case_count": tenths["tenth"].map(cases),
        }
    )
    return Card(
        title=sentences.tell_reliability(shown.to_dict("records"), page.language),
        subtitle=page.say(
            "15% of all terminals’ lines hidden at publish, by tenths of the chance given: the share that really buys"
        ),
        frame=shown,
        draw=reliability.draw_reliability,
        metrics=("chance_of_order",),
    )


def make_tests(page: Page) -> Card:
    """What was hidden and found again, beside the plain ways of guessing."""
    frame = read_evidence(page)
    whole = frame[frame["tenth"] == 0].sort_values(["topic", "measure"], ascending=[False, True])
    rows = []
    for (topic, measure), part in whole.groupby(["topic", "measure"], sort=False):
        values = part.set_index("method")["value_rate"]
        plain = ("popularity", "neighbour") if topic == "whitespace" else ("mean", "neighbour")
        rows.append(
            {
                "test": page.say(sentences.MEASURES[(topic, measure)]),
                "own_rate": values.get("peers"),
                "plain_rate": values.get(plain[0]),
                "neighbour_rate": values.get(plain[1]),
                "hidden_count": int(part["case_count"].max()),
            }
        )
    summary = _summarise(frame)
    return Card(
        title=_tell_test(page),
        subtitle=page.say(
            "Plainest = popularity for purchases, the mean of kind and level for potentials; neighbours = terminals whose "
            "purchases are most alike. Made anew with every publish, for the whole company"
        ),
        frame=pd.DataFrame(rows),
        note=sentences.tell_potential_test(summary, page.language),
        metrics=("whitespace_value",),
    )
