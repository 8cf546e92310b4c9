"""The cells of the residents' template, and what they are checked against."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from access.models import AccessGroup, Credential
from access.queries.lines import Line
from access.services.codes import key_of, plain_card, plain_pin
from access.services.grants import allowed
from sites.models import Residency, Site, Unit
from sites.services.families import living
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import ListedField, Row
from smartplus.kernel.words import _, ngettext

T = TypeVar("T")
MOST_CARDS = 20


def judged(check: Callable[[str], T], text: str) -> T:
    """What a service makes of a cell; its refusal as an error of the cell."""
    try:
        return check(text)
    except Refused as refusal:
        raise ValidationError(refusal.message) from refusal


class PinField(forms.CharField):
    """A PIN, or nothing."""

    def clean(self, value: Any) -> str:
        """The PIN as it is kept."""
        text = super().clean(value)
        return judged(plain_pin, text) if text else ""


class CardsField(ListedField):
    """Card numbers, parted by `;`."""

    def clean(self, value: Any) -> list[str]:
        """The numbers as they are kept."""
        cards = [judged(plain_card, text) for text in super().clean(value)]
        return list(dict.fromkeys(cards))


class GroupIdsField(ListedField):
    """Ids of access groups, parted by `;`."""

    def clean(self, value: Any) -> list[int]:
        """The ids as numbers."""
        parts = super().clean(value)
        if wrong := next((part for part in parts if not part.isdigit() or len(part) > 18), None):
            raise ValidationError(
                _("“{text}” is no ID. The list of access groups shows them.").format(text=wrong[:20])
            )
        return [int(part) for part in parts]


class NotYetField(forms.CharField):
    """A column of the template whose feature is not built: it must be empty."""

    def clean(self, value: Any) -> str:
        """Nothing."""
        if str(value or "").strip():
            raise ValidationError(_("Not used yet: leave this column empty."))
        return ""


@dataclass(frozen=True)
class Home:
    """An apartment the template may name."""

    pk: int
    has_master: bool


class Doubles:
    """Values that stand in several rows. Keeps sixteen bytes a value, however many rows there are."""

    def __init__(self) -> None:
        self._marks, self._rows = array("q"), array("q")

    def note(self, value: Hashable, number: int) -> None:
        """A value stands in a row."""
        self._marks.append(hash(value))
        self._rows.append(number)

    def _several(self) -> Iterator[list[int]]:
        """The rows of each value that stands in more than one."""
        order = sorted(range(len(self._marks)), key=self._marks.__getitem__)
        for _mark, places in groupby(order, key=self._marks.__getitem__):
            rows = sorted(self._rows[place] for place in places)
            if len(rows) > 1:
                yield rows

    def errors(self, name: str, what: str) -> Iterator[tuple[int, tuple[str, str]]]:
        """(row, error) of each of them: "This card is also in row 3."."""
        for rows in self._several():
            for number in rows:
                others = [str(other) for other in rows if other != number][:3]
                said = ngettext(
                    "{what} is also in row {rows}.", "{what} is also in rows {rows}.", len(others)
                )
                yield number, (name, said.format(what=what, rows=", ".join(others)))

    def later(self, name: str, said: str) -> Iterator[tuple[int, tuple[str, str]]]:
        """(row, error) of all but the first; `said` has a gap for its number."""
        for first, *others in self._several():
            for number in others:
                yield number, (name, said.format(row=first))


@dataclass(frozen=True)
class Owner:
    """Whose a PIN or card is."""

    pk: int
    whose: str


@dataclass
class Known:
    """What rows are checked against: the site, the people they are about, and what earlier rows said."""

    site: Site
    buildings: set[str] = field(default_factory=set)
    homes: dict[tuple[str, str], Home] = field(default_factory=dict)
    groups: set[int] = field(default_factory=set)
    people: dict[str, Line] = field(default_factory=dict)
    pin_marks: dict[int, str] = field(default_factory=dict)
    cards: Doubles = field(default_factory=Doubles)
    pins: Doubles = field(default_factory=Doubles)
    row_of_sip: dict[str, int] = field(default_factory=dict)
    row_of_master: dict[int, int] = field(default_factory=dict)
    said_of_home: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)

    def line_of(self, row: Row) -> Line | None:
        """Whom a row is about; None for somebody new, and where nobody has this SIP number."""
        return self.people.get(row.cells.get("sip", ""))

    def home_of(self, row: Row) -> Home | None:
        """The apartment a checked row names."""
        key = (row.cleaned.get("building", "").lower(), row.cleaned.get("apt", "").lower())
        return self.homes.get(key)

    @property
    def gives_groups(self) -> bool:
        """Whether managers give groups on this site."""
        return allowed(self.site)

    @property
    def whole_site(self) -> bool:
        """Whether a PIN is unique on the whole site, not only within the apartment."""
        return self.site.pin_mode == Site.PinMode.PIN


def read_site(site: Site) -> Known:
    """The site's apartments, family masters and groups: four queries."""
    people = living(Residency.objects.filter(site=site, kind=Residency.Kind.MASTER))
    masters = set(people.values_list("unit_id", flat=True))
    units = Unit.objects.filter(site=site, building__isnull=False)
    homes = {
        (building.lower(), number.lower()): Home(pk, pk in masters)
        for pk, building, number in units.values_list("pk", "building__name", "number")
    }
    return Known(
        site=site,
        buildings={name.lower() for name in site.buildings.values_list("name", flat=True)},
        homes=homes,
        groups=set(AccessGroup.objects.filter(site=site).values_list("pk", flat=True)),
    )


def owners(site: Site, kind: str, values: Iterable[str]) -> dict[tuple[int, str], Owner]:
    """(space, value) to whose it is ("Anna Berg, North House 1204"), of those values in use on the site."""
    keys = {key_of(kind, value): value for value in values}
    rows = Credential.objects.filter(site=site, kind=kind, value_key__in=list(keys)).select_related(
        "residency"
    )
    return {
        (row.space, keys[bytes(row.value_key)]): Owner(
            row.residency_id, ", ".join(filter(None, [row.residency.full_name, row.residency.place_label]))
        )
        for row in rows
    }
