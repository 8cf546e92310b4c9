"""Up to which number everything is there."""

from __future__ import annotations

from collections.abc import Iterable

MOST_AHEAD = 1000  # numbers kept after a gap; the device repeats what lies behind


def advance(seen: int, ahead: Iterable[int], new: Iterable[int]) -> tuple[int, list[int]]:
    """`seen` and the numbers known after a gap, once the `new` ones are there as well.

    >>> advance(3, [6], [4, 7])
    (4, [6, 7])
    >>> advance(4, [6, 7], [5, 2])
    (7, [])
    """
    waiting = {number for number in (*ahead, *new) if number > seen}
    while seen + 1 in waiting:
        seen += 1
        waiting.remove(seen)
    return seen, sorted(waiting)[:MOST_AHEAD]
