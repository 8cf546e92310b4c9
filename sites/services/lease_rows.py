"""Rows of a lease table, the people they mean, and what will be done with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum

from sites.models import Residency
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _


class Standing(IntEnum):
    """What a table says of a lease; where it says several things of one person, the first of these counts."""

    CURRENT = 0
    FUTURE = 1
    ENDED = 2


@dataclass(frozen=True)
class LeaseRow:
    """One row of a table: who, where, from which day through which day. `number` is that of the sheet."""

    number: int
    first_name: str
    last_name: str
    email: str
    unit_id: int | None
    start: date | None
    end: date | None
    standing: Standing

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return name_key(f"{self.first_name} {self.last_name}")


@dataclass
class Outcome:
    """What will be done with a row. `words` is the preview, `kinds` what is counted.

    `lease` is the span that is written, also for `family`; `ends` when whose lease ends; `along` who moves
    with a family master; `kind` the account type of who moves or is added.
    """

    row: LeaseRow
    person: Residency | None = None
    words: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    refusal: Refused | None = None
    lease: tuple[datetime | None, datetime | None] | None = None
    ends: dict[int, datetime] = field(default_factory=dict)
    family: list[Residency] = field(default_factory=list)
    along: list[Residency] = field(default_factory=list)
    kind: str = ""
    moves: bool = False
    adds: bool = False

    def no(self, name: str, message: str, code: str = "refused") -> None:
        """Refuse the row; the first word counts."""
        self.refusal = self.refusal or Refused(message, field=name, code=code)

    def say(self, kind: str, words: str) -> None:
        """Something that will be done, and what it is counted as."""
        self.kinds.add(kind)
        self.words.append(str(words))


def name_key(name: str) -> str:
    """A name without case, with single blanks."""
    return " ".join(name.split()).casefold()


class People:
    """The people of a site by email and by name."""

    def __init__(self, people: Iterable[Residency], at: datetime) -> None:
        self.at = at
        self.all = list(people)
        self.by_email: dict[str, list[Residency]] = defaultdict(list)
        self.by_name: dict[str, list[Residency]] = defaultdict(list)
        for person in self.all:
            self.by_name[name_key(person.full_name)].append(person)
            if person.email:
                self.by_email[person.email.casefold()].append(person)

    def ended(self, person: Residency) -> bool:
        """Whether the lease is over."""
        return person.valid_until is not None and person.valid_until <= self.at

    def find(self, row: LeaseRow) -> Residency | None:
        """Whom a row means: by email, else by name; None: nobody here.

        A namesake with another email is somebody else, but in the same apartment. Raises `Refused`.
        """
        found = self.by_email.get(row.email.casefold(), []) if row.email else []
        if found:
            return self._one(found, row, "email")
        namesakes = self.by_name.get(row.name_key, [])
        if row.email:
            namesakes = [one for one in namesakes if not one.email or one.unit_id == row.unit_id]
        return self._one(namesakes, row, "name") if namesakes else None

    def _one(self, found: Sequence[Residency], row: LeaseRow, column: str) -> Residency:
        tests = (
            lambda one: name_key(one.full_name) == row.name_key,
            lambda one: one.unit_id == row.unit_id,
            lambda one: not self.ended(one),
        )
        for test in tests:
            if len(found) > 1:
                found = [one for one in found if test(one)] or found
        if len(found) > 1:
            raise Refused(
                _("Several people here fit. Give each an email of its own."), field=column, code="several"
            )
        return found[0]
