"""The one table from a state of the code to what a page shows: word, icon or shape, tone.

The tone itself is chosen in `static/css/components/states.css` from `data-state`; it stands here as
well so that Python can tell how grave a state is, and a test keeps the two in step.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..words import _, ngettext, pgettext


@dataclass(frozen=True)
class State:
    """How one state looks. `icon` "" means the lamp, a small round shape drawn by CSS."""

    label: str
    icon: str
    tone: str = ""


STATES: dict[str, State] = {
    # A device
    "online": State(_("Online"), "", "good"),
    "offline": State(_("Off line"), ""),
    "never": State(_("Never seen"), ""),
    # A part of it, compared with what we want
    "in-sync": State(_("In sync"), "check", "good"),
    "none": State(_("Not on this model"), "minus"),
    "pending": State(_("Pending"), "clock", "wait"),
    "scheduled": State(_("Scheduled"), "calendar-clock", "wait"),
    "sent": State(_("Sent"), "arrow-up", "info"),
    "drift": State(_("Drifted"), "equal-not", "wait"),
    "failing": State(_("Refused"), "triangle-alert", "bad"),
    # A command, a message, a job
    "queued": State(_("Queued"), "clock", "wait"),
    "processing": State(_("Processing"), "loader", "wait"),
    "done": State(_("Done"), "check", "good"),
    "failed": State(_("Failed"), "x", "bad"),
    "expired": State(_("Expired"), "timer-off", "bad"),
    "cancelled": State(_("Cancelled"), "circle-minus"),
    # A door, an opening, an alarm
    "closed": State(_("Closed"), "door-closed"),
    "open": State(pgettext("a door", "Open"), "door-open", "info"),
    "held-open": State(_("Held open"), "door-open", "info"),
    "locked-down": State(_("Locked down"), "lock", "bad"),
    "emergency": State(_("Emergency"), "siren", "bad"),
    "success": State(_("Opened"), "check", "good"),
    "refused": State(_("Refused"), "ban", "bad"),
    "alarm": State(_("Alarm"), "shield-alert", "bad"),
    "resolved": State(_("Resolved"), "shield-check", "good"),
    # An account, a lease, money
    "new": State(_("New"), "circle-alert", "info"),
    "active": State(_("Active"), "check", "good"),
    "inactive": State(_("Not active"), "circle-minus"),
    "locked": State(_("Locked"), "lock", "bad"),
    "paid": State(_("Paid"), "check", "good"),
    "expiring": State(_("Ends soon"), "hourglass", "wait"),
    "ended": State(_("Expired"), "circle-slash", "bad"),
    # A panel that renews itself
    "live": State(_("Live"), "", "info"),
    "lost": State(_("Lost"), "", "wait"),
}
LAMPS = frozenset({"online", "offline", "never"})

PARTS: dict[str, str] = {
    "config": _("Config"),
    "schedules": _("Schedules"),
    "access": _("Access"),
    "contacts": _("Contacts"),
    "display": _("Display"),
    "firmware": _("Firmware"),
}
"""The six bars of a sync meter, in their order, with their names."""

GRAVITY = ("failing", "drift", "pending", "sent", "scheduled")
"""States of a part that are not right, the worst first."""
PART_SAYS: dict[str, str] = {
    "none": _("{part} not on this model"),
    "pending": _("{part} pending"),
    "scheduled": _("{part} scheduled"),
    "sent": _("{part} sent"),
    "drift": _("{part} drifted"),
    "failing": _("{part} refused"),
}
"""One part in one state, as a sentence."""
NUMBER_WORDS = (
    pgettext("how many", "One"),
    pgettext("how many", "Two"),
    pgettext("how many", "Three"),
    pgettext("how many", "Four"),
    pgettext("how many", "Five"),
    pgettext("how many", "Six"),
)


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
    worst = next((word for word in GRAVITY if any(state == word for _part, state in bars)), "")
    at_worst = [part for part, state in bars if state == worst]
    return Meter(bars, _spoken(bars), _in_short(worst, at_worst), "bad" if worst == "failing" else "")


def number_word(number: int) -> str:
    """A number of things at the beginning of a sentence: "Two", "7"."""
    return str(NUMBER_WORDS[number - 1]) if 1 <= number <= len(NUMBER_WORDS) else str(number)


def _one(part: str, word: str) -> str:
    """One part in its state: "Access refused"."""
    says = PART_SAYS.get(word)
    name = str(PARTS[part])
    return says.format(part=name) if says else f"{name} {look_up(word).label}"


def _spoken(bars: tuple[tuple[str, str], ...]) -> str:
    """What the picture says to somebody who does not see it."""
    odd = [_one(part, state).lower() for part, state in bars if state != "in-sync"]
    return ", ".join(odd).capitalize() if odd else str(_("All six parts in sync"))


def _in_short(worst: str, parts: list[str]) -> str:
    """The worst in two words, as it stands beside the meter."""
    number = len(parts)
    if not worst:
        return str(_("In sync"))
    if number == 1 and worst in ("failing", "drift", "scheduled"):
        return _one(parts[0], worst)
    if worst == "failing":
        return _("{number} parts refused").format(number=number_word(number))
    if worst == "drift":
        return _("{number} parts drifted").format(number=number_word(number))
    if worst == "scheduled":
        return ngettext("{n} scheduled", "{n} scheduled", number).format(n=number)
    if worst == "pending":
        return ngettext("{n} pending", "{n} pending", number).format(n=number)
    return ngettext("{n} sent", "{n} sent", number).format(n=number)
