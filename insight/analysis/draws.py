"""Random draws that are the same on every machine: integer mixing of stable ids, no generator state, no `hash()`.

A draw is a pure function of (who, draw number, seed). So adding a terminal, reordering the rows or running one activity
alone changes nobody else's draws, and the same terminal gets the same stand-in in every activity it belongs to.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Array = NDArray[np.float64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_CHUNK = 48


def mix(keys: Keys) -> Keys:
    """splitmix64 (Steele, Lea, Flood 2014): a bijection of 64-bit integers in which every bit moves every bit.

    mix(0) = 0xE220A8397B1DCDAF, the first output of the reference generator started at 0.
    """
    mixed = keys + _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def make_keys(names: Iterable[object]) -> Keys:
    """One 64-bit key a name, from its text alone."""
    digests = [int.from_bytes(blake2b(str(name).encode(), digest_size=8).digest(), "little") for name in names]
    return np.array(digests, dtype=np.uint64)


def make_draw_keys(count: int, seed: int) -> Keys:
    """The keys of draws 0 … count-1 of a seed."""
    start = mix(np.array([seed], dtype=np.int64).astype(np.uint64))
    return mix(start + np.arange(count, dtype=np.uint64) * _STEP)


def choose_stand_ins(keys: Keys, candidate_keys: Keys, draw_keys: Keys) -> NDArray[np.intp]:
    """For every unit and draw the position of the candidate whose hash of (unit, candidate, draw) is the smallest.

    keys [n], candidate_keys [n, k], draw_keys [B] -> positions [n, B]. Each candidate is equally likely, and a
    candidate that two activities share wins in both or is beaten by a candidate only one of them has.
    """
    pairs = mix(mix(keys)[:, None] ^ candidate_keys)
    positions = np.empty((keys.size, draw_keys.size), dtype=np.intp)
    for first in range(0, keys.size, _CHUNK):
        block = pairs[first : first + _CHUNK, None, :] ^ draw_keys[None, :, None]
        block *= _FIRST
        block ^= block >> np.uint64(29)
        block *= _SECOND
        block.argmin(axis=2, out=positions[first : first + _CHUNK])
    return positions


def draw_uniforms(key: np.uint64, draw_keys: Keys) -> Array:
    """One number strictly between 0 and 1 a draw."""
    bits = mix(mix(draw_keys ^ key)) >> np.uint64(11)
    return (bits.astype(np.float64) + 0.5) / 2.0**53


def draw_normals(key: np.uint64, draw_keys: Keys) -> Array:
    """One standard normal number a draw (Box and Muller 1958)."""
    radius = np.sqrt(-2.0 * np.log(draw_uniforms(key, draw_keys)))
    return radius * np.cos(2.0 * np.pi * draw_uniforms(key ^ _SECOND, draw_keys))
