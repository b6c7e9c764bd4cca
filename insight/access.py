"""Who the reader is, as far as data are concerned: the scope that goes with every question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """What a reader may see. ``None`` is everything; an empty tuple is nothing. Territories include all below them."""

    territories: tuple[str, ...] | None = ()
    distributors: tuple[str, ...] | None = ()


EVERYTHING = Scope(territories=None, distributors=None)
NOTHING = Scope()
