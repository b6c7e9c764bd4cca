"""Who had stopped buying by the end of some months, judged by how often it bought before."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def find_quiet(bought: Mask, reported: Mask, chance: float) -> Mask:
    """Terminals whose silence up to now has less than this chance in their own rhythm, months by months.

    Bought in 20 of the 20 months up to the last: 20/21 a month, so two silent months have a chance of (1/21)^2 = 0.2%.
    Bought in 5 of 15: 5/16, eleven silent months have 1.6% and twelve 1.1%: not gone yet. Months nobody reported say
    nothing; who never bought has no rhythm.
    """
    later = np.cumsum(bought[:, ::-1], axis=1)[:, ::-1] > 0
    known = (reported & later).sum(axis=1)
    silence = (reported & ~later).sum(axis=1)
    rate = bought.sum(axis=1) / (known + 1.0)
    quiet: Mask = (1.0 - rate) ** silence < chance
    return quiet
