"""Landing: where a period will end, for every unit, parts adding up to the whole; and how far such projections missed."""

from insight.analysis.landing.backtest import Past, project_past, summarise
from insight.analysis.landing.history import History
from insight.analysis.landing.pace import Pace, measure_pace, rate_landing, trace_pace
from insight.analysis.landing.position import find_landing_end
from insight.analysis.landing.projection import Landing, project

__all__ = [
    "History",
    "Landing",
    "Pace",
    "Past",
    "find_landing_end",
    "measure_pace",
    "project",
    "project_past",
    "rate_landing",
    "summarise",
    "trace_pace",
]
