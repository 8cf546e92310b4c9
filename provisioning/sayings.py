"""English sentences that devices, the simulator and our own outbox keep, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smartplus.kernel.words import _, ngettext, pgettext

Sayings = Sequence[tuple[re.Pattern[str], str]]

# Kept in `last_error` of a part. What a device says in its own words stays as it is.
_ERRORS: Sayings = (
    (
        re.compile(r"It says that it hangs at a later place than the portal knows"),
        _("It says that it hangs at a later place than the portal knows"),
    ),
    (re.compile(r"Cannot be told: (?P<reason>.*)", re.DOTALL), _("Cannot be told: {reason}")),
    (re.compile(r"(?P<number>\d+) refused: (?P<reason>.*)", re.DOTALL), _("{number} refused: {reason}")),
)

_REFUSALS = {
    "schedule": pgettext("why a device refuses", "schedule"),
    "relay": pgettext("why a device refuses", "relay"),
    "zone": pgettext("why a device refuses", "zone"),
    "full": pgettext("why a device refuses", "full"),
    "pin": pgettext("why a device refuses", "pin"),
    "refused": pgettext("why a device refuses", "refused"),
}

# What the simulator answers to what it will not do.
_ANSWERS: Sayings = (
    (re.compile(r"There is no device (?P<device>.+)"), _("There is no device {device}")),
    (re.compile(r"(?P<device>.+) is switched off"), _("{device} is switched off")),
    (re.compile(r"There is no key (?P<key>.*)", re.DOTALL), _("There is no key {key}")),
    (re.compile(r"Nobody is called"), _("Nobody is called")),
    (re.compile(r"Wrong token"), _("Wrong token")),
    (re.compile(r"The simulator failed: (?P<error>.*)", re.DOTALL), _("The simulator failed: {error}")),
)

# Pieces of what a simulated device holds.
_PIECES: Sayings = (
    (re.compile(r"store (?P<number>\d+)"), _("store {number}")),
    (re.compile(r"all normal"), _("all normal")),
    (re.compile(r"(?P<relay>\d+) normal"), pgettext("a relay", "{relay} normal")),
    (re.compile(r"(?P<relay>\d+) open"), pgettext("a relay", "{relay} open")),
    (re.compile(r"(?P<relay>\d+) locked"), pgettext("a relay", "{relay} locked")),
    (re.compile(r"calls by (?P<transport>[A-Z]+)"), _("calls by {transport}")),
    (re.compile(r"RTP confusion"), _("RTP confusion")),
)
_COUNTED = re.compile(r"(\d+) ([A-Za-z ]+)")
_MANY = {"people": "person", "entries": "entry"}

_PARTS = {
    "access": _("Access"),
    "config": _("Config"),
    "contacts": _("Contacts"),
    "display": _("Display"),
    "messages": _("Messages"),
    "doors": _("Doors"),
    "firmware": _("Firmware"),
}


def part_words(part: str) -> str:
    """The name of a part of the protocol."""
    return str(_PARTS.get(part, part.capitalize()))


def error_words(stored: str) -> str:
    """Why a part is not held, as it is kept in English."""
    return _said(stored, _ERRORS)


def answer_words(answer: str) -> str:
    """Why the simulator does not do what it was asked."""
    return _said(answer, _ANSWERS)


def contents_words(contents: str | None) -> str:
    """What a simulated device holds of a part: "1 person, 1 PIN", piece by piece."""
    return ", ".join(_piece(piece) for piece in contents.split(", ")) if contents else ""


def _said(text: str, sayings: Sayings) -> str:
    for pattern, words in sayings:
        if found := pattern.fullmatch(text):
            gaps = found.groupdict()
            if "reason" in gaps:
                gaps["reason"] = str(_REFUSALS.get(gaps["reason"], gaps["reason"]))
            return str(words).format(**gaps)
    return text


def _piece(piece: str) -> str:
    found = _COUNTED.fullmatch(piece)
    if found:
        word = _MANY.get(found[2], found[2].removesuffix("s"))
        words = _count(int(found[1])).get(word)
        if words is not None:
            return words.format(n=found[1])
    return _said(piece, _PIECES)


def _count(n: int) -> dict[str, str]:
    return {
        "person": ngettext("{n} person", "{n} people", n),
        "PIN": ngettext("{n} PIN", "{n} PINs", n),
        "card": ngettext("{n} card", "{n} cards", n),
        "schedule": ngettext("{n} schedule", "{n} schedules", n),
        "relay": ngettext("{n} relay", "{n} relays", n),
        "AutoP line": ngettext("{n} AutoP line", "{n} AutoP lines", n),
        "contact": ngettext("{n} contact", "{n} contacts", n),
        "entry": ngettext("{n} entry", "{n} entries", n),
    }
