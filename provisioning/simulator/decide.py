"""Who may open. Pure: everything it looks at is handed in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from provisioning.protocol import ALWAYS, Config, Opening, Person, Schedule

from .hours import span_word, within_hours

# Why not, the farthest from opening first: of several reasons the nearest is told.
ORDER = (
    "unknown_pin", "unknown_card", "no_right", "expired", "not_yet", "schedule", "clock", "used_up",
    "relay_off", "method_off", "locked",
)  # fmt: skip
RANK = {reason: place for place, reason in enumerate(ORDER)}


@dataclass(slots=True)
class Book:
    """Everybody a device knows, ready to be looked up."""

    schedules: dict[int, Schedule] = field(default_factory=dict)
    by_pin: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    by_card: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    people: list[Person] = field(default_factory=list)

    @classmethod
    def of(cls, items: Iterable[Person | Schedule]) -> "Book":
        """A book of what is held."""
        book = cls()
        for item in items:
            if isinstance(item, Schedule):
                book.schedules[item.subject] = item
                continue
            book.people.append(item)
            for pin in item.pins:
                book.by_pin[pin].append(item)
            for card in item.cards:
                book.by_card[card.upper()].append(item)
        return book


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was shown at the door.

    `method`: pin or card; `value`: digits or card code; `apartment`: typed before the PIN.
    """

    method: str
    value: str
    apartment: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`relays` open (none: turned away, for `reason`); `person`: who it was, as far as known."""

    relays: tuple[int, ...] = ()
    person: Person | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision depends on besides the book.

    `now`: the device's clock, `trusted`: whether it may be believed; `locked`: relays in lockdown;
    `used`: how often each subject opened in this store.
    """

    config: Config | None
    now: datetime
    trusted: bool = True
    locked: frozenset[int] = frozenset()
    used: Mapping[int, int] = field(default_factory=dict)


def decide(book: Book, attempt: Attempt, situation: Situation) -> Verdict:
    """Who is it, and what opens? People who share a PIN by mistake are tried one after the other."""
    verdict = Verdict(reason="unknown_card" if attempt.method == "card" else "unknown_pin")
    for person in _candidates(book, attempt, situation.config):
        found = _decide_for(person, book, attempt.method, situation)
        if found.relays:
            return found
        if RANK[found.reason or ""] > RANK[verdict.reason or ""]:
            verdict = found
    return verdict


def _candidates(book: Book, attempt: Attempt, config: Config | None) -> list[Person]:
    if attempt.method == "card":
        return book.by_card.get(attempt.value.upper(), [])
    people = book.by_pin.get(attempt.value, [])
    if config is None or config.pin_mode == "pin":
        return people
    apartment = (attempt.apartment or "").casefold()
    return [person for person in people if (person.apartment or "").casefold() == apartment]


def _decide_for(person: Person, book: Book, method: str, situation: Situation) -> Verdict:
    reasons = {"no_right"}
    relays: set[int] = set()
    for opening in person.opens:
        reason = _time_word(opening, book, situation)
        if (
            reason is None
            and person.uses is not None
            and situation.used.get(person.subject, 0) >= person.uses
        ):
            reason = "used_up"
        if reason is not None:
            reasons.add(reason)
            continue
        for relay in opening.relays:
            word = relay_word(relay, method, situation.config, situation.locked)
            if word is None:
                relays.add(relay)
            else:
                reasons.add(word)
    if relays:
        return Verdict(relays=tuple(sorted(relays)), person=person)
    return Verdict(person=person, reason=max(reasons, key=RANK.__getitem__))


def _time_word(opening: Opening, book: Book, situation: Situation) -> str | None:
    """Why this opening is shut now; a schedule that is not held shuts it."""
    spans: list[Opening | Schedule] = [opening]
    if opening.schedule != ALWAYS:
        schedule = book.schedules.get(opening.schedule)
        if schedule is None:
            return "no_right"
        spans.append(schedule)
        if not within_hours(schedule, situation.now):
            return next(filter(None, (span_word(span, situation.now) for span in spans)), "schedule")
    word = next(filter(None, (span_word(span, situation.now) for span in spans)), None)
    if word is None and not situation.trusted and any(span.until is not None for span in spans):
        return "clock"
    return word


def relay_word(relay: int, method: str, config: Config | None, locked: frozenset[int]) -> str | None:
    """Why this relay does not open for this method; None when it does."""
    found = next((entry for entry in (config.relays if config else ()) if entry.number == relay), None)
    if found is None or not found.enabled:
        return "relay_off"
    if method not in found.methods:
        return "method_off"
    return "locked" if relay in locked else None
