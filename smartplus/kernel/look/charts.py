"""Charts as figures for server-rendered SVG: places in per cent, heights in pixels, so text never scales."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

BASE, TOP = 173.0, 8.0
"""Where value 0 and the top of the scale lie in a plot of 200 px (the labels stand below)."""
FILL = 0.64
STEPS = (1, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Bar:
    """One row of a bar list."""

    label: str
    value: float
    width: str
    css: str


@dataclass(frozen=True)
class Block:
    """One rectangle of a stacked column."""

    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Column:
    """One column of a chart: its blocks from the base up, its label and its full sentence."""

    label: str
    title: str
    middle: str
    now: bool
    blocks: tuple[Block, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Plot:
    """What the column and line templates draw."""

    legend: tuple[tuple[str, str], ...]
    axis: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, str], ...] = ()


def bars(rows: Iterable[Sequence[Any]], top: float | None = None) -> list[Bar]:
    """Rows of (label, value) or (label, value, css class) against the greatest value, or against `top`."""
    listed = list(rows)
    most = top or max((row[1] for row in listed), default=0) or 1
    return [
        Bar(str(row[0]), row[1], _per_cent(100 * min(row[1] / most, 1)), _css(row, number))
        for number, row in enumerate(listed)
    ]


def _css(row: Sequence[Any], number: int) -> str:
    return str(row[2]) if len(row) > 2 else series(number)


def series(number: int) -> str:
    """The class of the n-th series, from 0; the sixth looks like the first."""
    return f"c{number % 5 + 1}"


def columns(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> Plot:
    """Stacked columns. A row is {"label", "values": one a name, "title"?, "now"?}; no value is negative."""
    ceiling = ceiling_for(max((sum(row["values"]) for row in rows), default=0))
    share = 100 / max(len(rows), 1)
    drawn = tuple(_column(row, number, share, ceiling) for number, row in enumerate(rows))
    return Plot(_legend(names), axis(ceiling), drawn)


def lines(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> Plot:
    """Lines over the same rows as `columns`, each from its own 0; points are given in a 100 × 100 box."""
    ceiling = ceiling_for(max((max(row["values"], default=0) for row in rows), default=0))
    share = 100 / max(len(rows), 1)
    empty = tuple(_column({**row, "values": ()}, number, share, ceiling) for number, row in enumerate(rows))
    named = tuple(
        Column(one.label, one.title, one.middle, one.now, (), tuple(row["values"]))
        for one, row in zip(empty, rows, strict=True)
    )
    paths = tuple(
        (
            series(number),
            " ".join(_point(row["values"][number], at, share, ceiling) for at, row in enumerate(rows)),
        )
        for number in range(len(names))
    )
    return Plot(_legend(names), axis(ceiling), named, paths)


def ceiling_for(most: float) -> float:
    """The top of the scale: three equal steps of a round whole number, the lowest that reaches `most`."""
    third = max(most / 3, 1)
    power = 10.0 ** (len(str(int(third))) - 1)
    rounds = [step * power for step in STEPS]
    return 3 * next(step for step in rounds if step >= third and step.is_integer())


def axis(ceiling: float) -> tuple[str, ...]:
    """Four labels from the top of the scale to 0."""
    return tuple(figure(ceiling * part / 3) for part in (3, 2, 1, 0))


def figure(value: float) -> str:
    """A number for a chart: "1,036", "0.5"."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.1f}"


def _legend(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((series(number), name) for number, name in enumerate(names))


def _column(row: dict[str, Any], number: int, share: float, ceiling: float) -> Column:
    left = share * (number + (1 - FILL) / 2)
    blocks, floor = [], BASE - 1
    for which, value in enumerate(row["values"]):
        height = max((BASE - TOP) * value / ceiling - 1, 0)
        if not height:
            continue
        floor -= height
        blocks.append(
            Block(series(which), _per_cent(left), f"{floor:.1f}", _per_cent(share * FILL), f"{height:.1f}")
        )
        floor -= 1
    total = figure(sum(row["values"]))
    title = str(row.get("title") or f"{row['label']}: {total}")
    middle = _per_cent(share * (number + 0.5))
    return Column(str(row["label"]), title, middle, bool(row.get("now")), tuple(blocks), tuple(row["values"]))


def _point(value: float, at: int, share: float, ceiling: float) -> str:
    return f"{share * (at + 0.5):.2f},{100 - 100 * value / ceiling:.2f}"


def _per_cent(value: float) -> str:
    return f"{value:.1f}%"


@dataclass(frozen=True)
class Piece:
    """One share of a strip."""

    css: str
    x: str
    width: str


GAP = 0.5


def strip(shares: Sequence[tuple[str, float]]) -> list[Piece]:
    """Shares of one bar as places in per cent, with a gap between; a share of 0 takes no place."""
    shown = [(tone, value) for tone, value in shares if value > 0]
    room = 100 - GAP * (len(shown) - 1)
    total = sum(value for _, value in shown)
    pieces, x = [], 0.0
    for tone, value in shown:
        width = room * value / total
        pieces.append(Piece(f"c-{tone}", _per_cent(x), _per_cent(width)))
        x += width + GAP
    return pieces
