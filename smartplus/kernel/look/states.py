"""The one table from a state of the code to what a page shows: word, icon or shape, tone.

The tone itself is chosen in `static/css/components/states.css` from `data-state`; it stands here as
well so that Python can tell how grave a state is, and a test keeps the two in step.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """How one state looks. `icon` "" means the lamp, a small round shape drawn by CSS."""

    label: str
    icon: str
    tone: str = ""


STATES: dict[str, State] = {
    # A device
    "online": State("Online", "", "good"),
    "offline": State("Off line", ""),
    "never": State("Never seen", ""),
    # A part of it, compared with what we want
    "in-sync": State("In sync", "check", "good"),
    "none": State("Not on this model", "minus"),
    "pending": State("Pending", "clock", "wait"),
    "scheduled": State("Scheduled", "calendar-clock", "wait"),
    "sent": State("Sent", "arrow-up", "info"),
    "drift": State("Drifted", "equal-not", "wait"),
    "failing": State("Refused", "triangle-alert", "bad"),
    # A command, a message, a job
    "queued": State("Queued", "clock", "wait"),
    "processing": State("Processing", "loader", "wait"),
    "done": State("Done", "check", "good"),
    "failed": State("Failed", "x", "bad"),
    "expired": State("Expired", "timer-off", "bad"),
    "cancelled": State("Cancelled", "circle-minus"),
    # A door, an opening, an alarm
    "closed": State("Closed", "door-closed"),
    "open": State("Open", "door-open", "info"),
    "held-open": State("Held open", "door-open", "info"),
    "locked-down": State("Locked down", "lock", "bad"),
    "emergency": State("Emergency", "siren", "bad"),
    "success": State("Opened", "check", "good"),
    "refused": State("Refused", "ban", "bad"),
    "alarm": State("Alarm", "shield-alert", "bad"),
    "resolved": State("Resolved", "shield-check", "good"),
    # An account, a lease, money
    "new": State("New", "circle-alert", "info"),
    "active": State("Active", "check", "good"),
    "inactive": State("Not active", "circle-minus"),
    "locked": State("Locked", "lock", "bad"),
    "paid": State("Paid", "check", "good"),
    "expiring": State("Ends soon", "hourglass", "wait"),
    "ended": State("Expired", "circle-slash", "bad"),
    # A panel that renews itself
    "live": State("Live", "", "info"),
    "lost": State("Lost", "", "wait"),
}
LAMPS = frozenset({"online", "offline", "never"})

PARTS: dict[str, str] = {
    "config": "Config",
    "schedules": "Schedules",
    "access": "Access",
    "contacts": "Contacts",
    "display": "Display",
    "firmware": "Firmware",
}
"""The six bars of a sync meter, in their order, with their names."""

GRAVITY = ("failing", "drift", "pending", "sent", "scheduled")
"""States of a part that are not right, the worst first."""
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six")


def look_up(word: str) -> State:
    """The look of a state. A word nobody declared shows as itself, without a tone."""
    return STATES.get(word) or State(word.replace("-", " ").replace("_", " ").capitalize(), "")


@dataclass(frozen=True)
class Meter:
    """A sync meter put into words: one (part, state) a bar, what it says, what is worst."""

    bars: tuple[tuple[str, str], ...]
    label: str
    summary: str
    tone: str


def meter(parts: Mapping[str, str]) -> Meter:
    """Words for the six parts of a device.

    `parts` maps a part to its state; one that is absent is not on this model. Other keys are ignored.
    """
    bars = tuple((part, parts.get(part) or "none") for part in PARTS)
    worst = next((word for word in GRAVITY if any(state == word for _, state in bars)), "")
    at_worst = [part for part, state in bars if state == worst]
    return Meter(bars, _spoken(bars), _in_short(worst, at_worst), "bad" if worst == "failing" else "")


def _spoken(bars: tuple[tuple[str, str], ...]) -> str:
    """What the picture says to somebody who does not see it."""
    odd = [f"{PARTS[part]} {look_up(state).label}".lower() for part, state in bars if state != "in-sync"]
    return ", ".join(odd).capitalize() if odd else "All six parts in sync"


def _in_short(worst: str, parts: list[str]) -> str:
    """The worst in two words, as it stands beside the meter."""
    if not worst:
        return "In sync"
    if worst in ("failing", "drift"):
        named = PARTS[parts[0]] if len(parts) == 1 else f"{NUMBER_WORDS[len(parts)].capitalize()} parts"
        return f"{named} {STATES[worst].label.lower()}"
    if worst == "scheduled":
        return f"{PARTS[parts[0]]} scheduled" if len(parts) == 1 else f"{len(parts)} scheduled"
    return f"{len(parts)} {STATES[worst].label.lower()}"
