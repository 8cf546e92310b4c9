"""The items of part `access`: a person, a schedule, or that one of them must be forgotten."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from .checks import (
    Json,
    ProtocolError,
    each,
    field,
    flag,
    instant,
    mapping,
    maybe,
    moment,
    must,
    one_of,
    same,
    text,
    when,
    whole,
)

ALWAYS = 0
KINDS = frozenset({"person", "schedule"})
REPEATS = frozenset({"always", "never", "daily", "weekly"})
PIN = re.compile(r"[0-9]{2,16}")
CARD = re.compile(r"[0-9A-Za-z]{1,64}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _tagged(item: "Item") -> None:
    whole(item.subject, "s", 1)
    whole(item.number, "n", 1)


def _span(item: "Opening | Schedule") -> None:
    maybe(instant, item.since, "from")
    maybe(instant, item.until, "until")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person may open. `schedule` is the subject number of a schedule, 0 = always.

    `since` (JSON `from`) belongs to the span, `until` no longer does; None = open ended.
    """

    relays: tuple[int, ...]
    schedule: int = ALWAYS
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        must(0 < len(self.relays) <= 16, "relays must have 1 to 16 entries")
        for relay in self.relays:
            whole(relay, "relay", 1, 16)
        whole(self.schedule, "schedule")
        _span(self)

    def json(self) -> Json:
        """As it goes over the wire."""
        return {
            "relays": list(self.relays),
            "schedule": self.schedule,
            "from": when(self.since),
            "until": when(self.until),
        }

    @classmethod
    def read(cls, raw: object) -> "Opening":
        """From the wire. Raises `ProtocolError`."""
        fields = mapping(raw, "opening")
        return cls(
            relays=each(field(fields, "relays"), "relays", same, 16),
            schedule=field(fields, "schedule"),
            since=moment(fields.get("from"), "from"),
            until=moment(fields.get("until"), "until"),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody doors know: who, by what (`pins`, `cards`), what and when (`opens`).

    `apartment` (JSON `apt`): number of the unit, for APT+PIN mode.
    `uses`: how many openings this store may grant the subject in all (None: any number).
    """

    kind: ClassVar[str] = "person"
    on: ClassVar[bool] = True

    subject: int
    number: int
    name: str
    pins: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    apartment: str | None = None
    opens: tuple[Opening, ...] = ()
    uses: int | None = None

    def __post_init__(self) -> None:
        _tagged(self)
        text(self.name, "name")
        for pin in self.pins:
            must(type(pin) is str and PIN.fullmatch(pin) is not None, "A PIN has 2 to 16 digits")
        for card in self.cards:
            must(
                type(card) is str and CARD.fullmatch(card) is not None,
                "A card has 1 to 64 letters and digits",
            )
        maybe(text, self.apartment, "apt", 64)
        maybe(whole, self.uses, "uses", 0, 1_000_000)

    def json(self) -> Json:
        """As it goes over the wire."""
        return {
            "s": self.subject,
            "n": self.number,
            "on": True,
            "kind": "person",
            "name": self.name,
            "pins": list(self.pins),
            "cards": list(self.cards),
            "apt": self.apartment,
            "open": [opening.json() for opening in self.opens],
            "uses": self.uses,
        }

    @classmethod
    def read(cls, raw: Json) -> "Person":
        """From the wire. Raises `ProtocolError`."""
        return cls(
            subject=field(raw, "s"),
            number=field(raw, "n"),
            name=field(raw, "name"),
            pins=each(field(raw, "pins"), "pins", same, 50),
            cards=each(field(raw, "cards"), "cards", same, 50),
            apartment=raw.get("apt"),
            opens=each(field(raw, "open"), "open", Opening.read, 200),
            uses=raw.get("uses"),
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something may open, in local hours of `zone` (IANA).

    `always`: at any hour. `never`: no repeat, the span `since`..`until` only. `daily`, `weekly`: from
    `start` until `end` ("HH:MM") of each day, or of each of `days` (0 = Monday); an `end` not after
    `start` means the next morning and belongs to the day it began on. A span bounds every kind.
    """

    kind: ClassVar[str] = "schedule"
    on: ClassVar[bool] = True

    subject: int
    number: int
    repeat: str
    zone: str
    days: tuple[int, ...] = ()
    start: str | None = None
    end: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        _tagged(self)
        one_of(self.repeat, "repeat", REPEATS)
        text(self.zone, "zone", 64, 1)
        must(len(self.days) <= 7, "days must have at most 7 entries")
        for day in self.days:
            whole(day, "day", 0, 6)
        for clock in (self.start, self.end):
            right = clock is None or (type(clock) is str and CLOCK.fullmatch(clock) is not None)
            must(right, "start and end must be HH:MM")
        if self.repeat in ("daily", "weekly"):
            must(self.start is not None and self.end is not None, "start and end are missing")
        _span(self)
        if self.repeat == "never":
            must(self.since is not None and self.until is not None, "from and until are missing")

    def json(self) -> Json:
        """As it goes over the wire."""
        return {
            "s": self.subject,
            "n": self.number,
            "on": True,
            "kind": "schedule",
            "repeat": self.repeat,
            "days": list(self.days),
            "start": self.start,
            "end": self.end,
            "from": when(self.since),
            "until": when(self.until),
            "zone": self.zone,
        }

    @classmethod
    def read(cls, raw: Json) -> "Schedule":
        """From the wire. Raises `ProtocolError`."""
        return cls(
            subject=field(raw, "s"),
            number=field(raw, "n"),
            repeat=field(raw, "repeat"),
            zone=field(raw, "zone"),
            days=each(raw.get("days", []), "days", same, 7),
            start=raw.get("start"),
            end=raw.get("end"),
            since=moment(raw.get("from"), "from"),
            until=moment(raw.get("until"), "until"),
        )


@dataclass(frozen=True, slots=True)
class Removal:
    """The subject must be forgotten. `kind` is what it was."""

    on: ClassVar[bool] = False

    subject: int
    number: int
    kind: str = "person"

    def __post_init__(self) -> None:
        _tagged(self)
        one_of(self.kind, "kind", KINDS)

    def json(self) -> Json:
        """As it goes over the wire."""
        return {"s": self.subject, "n": self.number, "on": False, "kind": self.kind}


Item = Person | Schedule | Removal


def read_item(raw: Any) -> Item:
    """An item from the wire. Raises `ProtocolError`."""
    fields = mapping(raw, "item")
    on, kind = field(fields, "on"), field(fields, "kind")
    flag(on, "on")
    if not on:
        return Removal(subject=field(fields, "s"), number=field(fields, "n"), kind=kind)
    if kind == "person":
        return Person.read(fields)
    if kind == "schedule":
        return Schedule.read(fields)
    raise ProtocolError("Unknown kind of item")


def pair_hash(subject: int, number: int) -> int:
    """64 bits for one held item: the first 8 bytes, big endian, of SHA-256 of `subject:number`."""
    return int.from_bytes(hashlib.sha256(f"{subject}:{number}".encode()).digest()[:8], "big")


def access_digest(held: Iterable[tuple[int, int]]) -> str:
    """16 hex digits: the XOR of `pair_hash` over all (subject, number) held that are on."""
    total = 0
    for subject, number in held:
        total ^= pair_hash(subject, number)
    return f"{total:016x}"
