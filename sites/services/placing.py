"""Who may live where: apartments have one family master and members, departments staff and personnel."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Lower

from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.words import _, ngettext

from .families import living
from .guards import Rows
from .labels import place_key, place_label
from .tidying import NewResident

FAMILY = (Residency.Kind.MASTER, Residency.Kind.MEMBER)
WORKFORCE = (Residency.Kind.STAFF, Residency.Kind.PERSONNEL)


@dataclass(frozen=True)
class Place:
    """Where a new person lives or works, with the words for it."""

    building_id: int | None
    unit_id: int | None
    label: str
    key: str


def place_people(
    found: Rows,
    site: Site,
    rows: Sequence[NewResident],
    leaving: Collection[int] = (),
    led: Collection[int] = (),
) -> list[Place | None]:
    """The place of each row, None for those refused in `found`. A constant number of queries.

    People whose lease has ended do not count any more, nor do those who are `leaving` where they are.
    `led` are apartments that get their family master otherwise, in the same transaction.
    """
    if site.kind == Site.Kind.OFFICE:
        return _in_departments(found, site, rows)
    return _in_apartments(found, site, rows, leaving, led)


def departments(site: Site) -> dict[int, Place]:
    """The departments of an office by id."""
    names = Building.objects.filter(site=site).values_list("pk", "name")
    return {pk: Place(pk, None, place_label(name), place_key(name)) for pk, name in names}


def _in_departments(found: Rows, site: Site, rows: Sequence[NewResident]) -> list[Place | None]:
    known = departments(site)
    places: list[Place | None] = []
    for index, row in enumerate(rows):
        place = known.get(row.building_id or 0)
        if row.kind not in WORKFORCE:
            found.no(index, _("An office has staff and personnel."), "kind", "kind")
        elif place is None:
            found.no(index, _("Choose one of the office’s departments."), "building", "no_building")
        elif not row.unique_id:
            found.no(index, _("Type the ID: it tells people of an office apart."), "unique_id", "required")
        places.append(place)
    return places


def _in_apartments(
    found: Rows, site: Site, rows: Sequence[NewResident], leaving: Collection[int], led: Collection[int]
) -> list[Place | None]:
    units = Unit.objects.filter(site=site)
    if site.kind == Site.Kind.COMMUNITY:
        units = units.filter(pk__in={row.unit_id for row in rows if row.unit_id})
    named = list(units.values_list("pk", "building_id", "place_label", "place_key", "member_limit"))
    known = {pk: Place(building, pk, label, key) for pk, building, label, key, _limit in named}
    limits = {pk: limit for pk, *_place, limit in named if limit is not None}
    home = next(iter(known.values()), None) if site.kind == Site.Kind.HOUSE else None
    places = [known.get(row.unit_id) if row.unit_id else home for row in rows]
    family = _Family(found, rows, places, limits, leaving)
    family.coming |= set(led)
    for index, row in enumerate(rows):
        if row.kind not in FAMILY:
            found.no(index, _("An apartment has a family master and members."), "kind", "kind")
        elif places[index] is None:
            found.no(index, _("Choose one of the site’s apartments."), "unit", "no_unit")
        else:
            family.admit(index, row, places[index])
    return places


class _Family:
    """The masters that are there and those that come with this call; how many members still may come."""

    def __init__(
        self,
        found: Rows,
        rows: Sequence[NewResident],
        places: Sequence[Place | None],
        limits: Mapping[int, int],
        leaving: Collection[int],
    ) -> None:
        self.found, self.limits = found, limits
        there = living(Residency.objects.exclude(pk__in=leaving))
        members = there.filter(unit__in=limits, kind=Residency.Kind.MEMBER)
        counted = members.values("unit_id").annotate(n=Count("pk")).values_list("unit_id", "n")
        self.members: dict[int | None, int] = dict(counted) if limits else {}
        units = {place.unit_id for place in places if place}
        masters = there.filter(unit__in=units, kind=Residency.Kind.MASTER)
        self.there: dict[int | None, str] = dict(masters.values_list("unit_id", "account_state"))
        self.coming: set[int | None] = {
            place.unit_id
            for row, place in zip(rows, places, strict=True)
            if place and row.kind == Residency.Kind.MASTER
        }
        self.seen: set[int | None] = set()

    def admit(self, index: int, row: NewResident, place: Place | None) -> None:
        """Refuse a second master of an apartment, a member without an activated one, and one too many."""
        unit = place.unit_id if place else None
        if row.kind == Residency.Kind.MASTER:
            if unit in self.there or unit in self.seen:
                self.found.no(
                    index, _("This apartment has a family master already."), "kind", "second_master"
                )
            self.seen.add(unit)
        elif self.there.get(unit) == Residency.AccountState.INACTIVATED:
            self.found.no(index, _("The family master is not activated yet."), "unit", "inactive_master")
        elif unit not in self.there and unit not in self.coming:
            self.found.no(index, _("Add the apartment’s family master first."), "unit", "no_master")
        elif unit is not None:
            self._count(index, unit)

    def _count(self, index: int, unit: int) -> None:
        """Refuse a member more than the apartment takes."""
        self.members[unit] = self.members.get(unit, 0) + 1
        most = self.limits.get(unit)
        if most is not None and self.members[unit] > most:
            message = ngettext(
                "This apartment takes {n} family member at most.",
                "This apartment takes {n} family members at most.",
                most,
            )
            self.found.no(index, message.format(n=most), "unit", "full")


def refuse_used_ids(found: Rows, site: Site, ids: Mapping[int, str], leaving: Iterable[int] = ()) -> None:
    """Refuse IDs that stand twice or are in use in the office; `ids` is index to ID, blank ones do not count.

    `leaving` are people whose present ID does not count (they are the ones being changed).
    """
    wanted = {text.lower() for text in ids.values() if text}
    if not wanted:
        return
    there = Residency.objects.filter(site=site).exclude(pk__in=leaving).annotate(lowered=Lower("unique_id"))
    taken = set(there.filter(lowered__in=wanted).values_list("lowered", flat=True))
    seen: set[str] = set()
    for index, text in ids.items():
        key = text.lower()
        if key in taken:
            found.no(index, _("Somebody of this office has this ID."), "unique_id", "in_use")
        elif key in seen:
            found.no(index, _("This ID stands twice."), "unique_id", "double")
        seen.update({key} - {""})
