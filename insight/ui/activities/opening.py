"""From a row of a list that holds activities to the activity's page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.ui.opening import pick_rows, show_picked
from insight.ui.page import Page, has_page


def pick_activities(name: str, rows: pd.DataFrame, here: str) -> dict[str, Any]:
    """What makes the rows of a Card lead to their activity; rows without an ``activity_id`` lead nowhere.

    ``name`` is the list's page, ``here`` what it shows.
    """
    if not has_page("activities") or not rows["activity_id"].notna().any():
        return {}
    return pick_rows("activity", name, rows["activity_id"].fillna(""), here)


def show_picked_activity(page: Page, name: str, here: str) -> None:
    """The bar with the activity whose row was clicked and the way to it."""
    show_picked(page, "activity", "activities", name, lambda code: find_activity_name(page, code), here)


def find_activity_name(page: Page, code: str) -> str:
    """The activity's name; empty where the reader may not see it."""
    found = page.ask("activities/activity", activity=code)
    return "" if found.empty else str(found["activity_name"].iloc[0])
