"""Small drawings the server makes: the facade of a site, the portrait of a device, the house at the gate.

They return path data and figures only; the templates hold the SVG.
"""

import hashlib
from dataclasses import dataclass

WINDOW_X = (4.0, 10.5, 17.0, 23.5)
WINDOW_WIDTH = 4.5
DOOR_X, DOOR_WIDTH = 10.5, 11
FACADE = 32


@dataclass(frozen=True)
class Facade:
    """Path data of a house front, 32 by 32: dark windows, lit windows, the door."""

    dark: str
    lit: str
    door: str


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{_figure(x)} {_figure(y)}h{_figure(width)}v{_figure(height)}h-{_figure(width)}z"


def facade(seed: object) -> Facade:
    """The house front that belongs to an id: same id, same house, in every process."""
    bits = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:8], "big")
    storeys, bits = 3 + bits % 3, bits >> 8
    pitch = 22 / storeys
    height = round(pitch - 2, 1)
    dark: list[str] = []
    lit: list[str] = []
    for storey in range(storeys):
        top = round(4 + storey * pitch, 1)
        at_ground = storey == storeys - 1
        for x in (WINDOW_X[0], WINDOW_X[3]) if at_ground else WINDOW_X:
            (lit if bits % 3 == 0 else dark).append(_box(x, top, WINDOW_WIDTH, height))
            bits //= 3
    top = round(4 + (storeys - 1) * pitch, 1)
    return Facade("".join(dark), "".join(lit), _box(DOOR_X, top, DOOR_WIDTH, FACADE - top))


COLUMNS, ROWS = 9, 8
ACROSS, DOWN = 66, 74
WIDE, HIGH = 30, 44
LIT = {(3, 0), (2, 1), (5, 1), (1, 4), (3, 5), (3, 6), (6, 7)}
BLINDS = {
    (7, 0): 10, (8, 0): 10, (0, 1): 16, (0, 2): 10, (5, 2): 16, (7, 2): 16, (1, 3): 16, (5, 3): 10,
    (5, 4): 26, (6, 4): 16, (2, 5): 10, (7, 5): 26, (8, 5): 26, (2, 6): 10, (4, 6): 10, (5, 6): 10,
    (4, 7): 16, (7, 7): 26, (8, 7): 16,
}  # fmt: skip


@dataclass(frozen=True)
class Elevation:
    """Path data of the house beside the login form, 760 by 920."""

    lit: str
    blinds: str
    frames: str
    bars: str


def elevation() -> Elevation:
    """Eight storeys of nine windows; which are lit is fixed, so that nothing jumps between pages."""
    lit, blinds, frames, bars = [], [], [], []
    for row in range(ROWS):
        for column in range(COLUMNS):
            x, y = 92 + ACROSS * column, 96 + DOWN * row
            window = _box(x, y, WIDE, HIGH)
            frames.append(window)
            bars.append(f"M{x + WIDE // 2} {y}v{HIGH}M{x - 4} {y + HIGH + 4}h{WIDE + 8}")
            if (column, row) in LIT:
                lit.append(window)
            elif (column, row) in BLINDS:
                blinds.append(_box(x, y, WIDE, BLINDS[column, row]))
    return Elevation("".join(lit), "".join(blinds), "".join(frames), "".join(bars))


PORTRAITS = {
    "door_phone": "door-phone",
    "indoor_monitor": "monitor",
    "guard_phone": "guard",
    "access_terminal": "terminal",
    "lock": "lock",
}
"""Kind of device → template name of its portrait (`templates/parts/portraits/`)."""


def portrait(kind: str) -> str:
    """Which portrait shows this kind of device; a door phone for a kind without one of its own."""
    return PORTRAITS.get(kind.replace("-", "_"), "door-phone")
