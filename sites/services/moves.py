"""People who move: to another apartment of the community, or out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from sites.events import ResidentsChanged
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .families import KINDS, living, make_way
from .guards import Rows, hold, present
from .placing import Place, place_people
from .residents import change_residents
from .tidying import NewResident

MOVED = ("kind", "place_label")


@dataclass(frozen=True)
class Move:
    """Where somebody goes and as what; with a family master the family comes along, or stays (`family`)."""

    unit_id: int
    kind: str
    family: bool = True


@transaction.atomic
def move_people(
    *,
    scope: Scope,
    site: Site,
    moves: Mapping[int, Move],
    staying: Collection[int] = (),
    led: Collection[int] = (),
) -> list[Residency]:
    """Move people of a community to other apartments; all or none. Returns all who moved, families too.

    Family members who are `staying` do not come along. Who is where it goes already may become family
    master there, or a member. `led` are apartments to which the caller adds a new family master right after.

    PINs and cards go along, the default groups of the buildings are changed by the listeners. A family
    master whose lease has ended makes way. Emits `ResidentsChanged`. Raises `RefusedMany` by position in
    `moves`: somebody who is gone or lives there already, no such apartment, one that has a family master
    already (or none, for a member), one that takes no more members.
    """
    site = hold(scope, site)
    if site.kind != Site.Kind.COMMUNITY:
        raise Refused(_("Only a community has apartments."), code="kind")
    found = Rows()
    people = _movers(found, site, moves)
    found.stop()
    followers = _followers(people, moves, staying)
    rows = [_row(person, moves[person.pk].kind, moves[person.pk].unit_id) for person in people]
    rows += [_row(one, KINDS.MEMBER, unit) for one, unit in followers]
    everybody = [*people, *(one for one, _unit in followers)]
    places = _places(found, site, rows, everybody, moves, led)
    _write(scope, site, rows, everybody, places)
    return everybody


def move_person(*, scope: Scope, person: Residency, to: Move) -> list[Residency]:
    """`move_people` for one."""
    try:
        return move_people(scope=scope, site=person.site, moves={person.pk: to})
    except RefusedMany as refused:
        (first, *_more) = refused.rows.values()
        raise Refused(first.message, field=first.field, code=first.code) from refused


def _movers(found: Rows, site: Site, moves: Mapping[int, Move]) -> list[Residency]:
    there = Residency.objects.filter(site=site).in_bulk(moves)
    people = []
    for index, (pk, to) in enumerate(moves.items()):
        person = there.get(pk)
        if person is None:
            found.no(index, _("This person is not there any more."), code="gone")
        elif (person.unit_id, person.kind) == (to.unit_id, to.kind):
            found.no(index, _("{name} lives there already.").format(name=person), "unit", "same")
        else:
            people.append(person)
    return people


def _followers(
    people: Sequence[Residency], moves: Mapping[int, Move], staying: Collection[int]
) -> list[tuple[Residency, int]]:
    """The family members who come along, each with the apartment; those who left already do not."""
    goals = {
        one.unit_id: moves[one.pk].unit_id
        for one in people
        if one.kind == KINDS.MASTER and moves[one.pk].family and moves[one.pk].unit_id != one.unit_id
    }
    members = living(Residency.objects.filter(unit__in=goals, kind=KINDS.MEMBER))
    left = members.exclude(pk__in={*moves, *staying})
    return [(one, goals[one.unit_id]) for one in left.order_by("pk")]


def _row(person: Residency, kind: str, unit_id: int) -> NewResident:
    return NewResident(kind, person.first_name, unit_id=unit_id)


def _places(
    found: Rows,
    site: Site,
    rows: Sequence[NewResident],
    everybody: Sequence[Residency],
    moves: Mapping[int, Move],
    led: Collection[int],
) -> list[Place]:
    """Where each goes; what is wrong with a family member is told of the master."""
    places = place_people(found, site, rows, leaving=[one.pk for one in everybody], led=led)
    order = list(moves)
    leader = {one.unit_id: order.index(one.pk) for one in everybody[: len(order)] if one.kind == KINDS.MASTER}
    for index in [index for index in found.refusals if index >= len(order)]:
        found.refusals.setdefault(leader[everybody[index].unit_id], found.refusals.pop(index))
    found.stop()
    return [place for place in places if place]


def _write(
    scope: Scope,
    site: Site,
    rows: Sequence[NewResident],
    everybody: Sequence[Residency],
    places: Sequence[Place],
) -> None:
    ids = [one.pk for one in everybody]
    comes = [place.unit_id for row, place in zip(rows, places, strict=True) if row.kind == KINDS.MASTER]
    make_way(scope, site, comes, staying=ids)
    # No apartment has two masters for a moment, whoever changes places with whom.
    Residency.objects.filter(pk__in=ids, kind=KINDS.MASTER).update(kind=KINDS.MEMBER)
    trail: list[audit.Change] = []
    for row, person, place in zip(rows, everybody, places, strict=True):
        before = audit.snapshot(person, MOVED)
        person.kind = row.kind
        person.building_id, person.unit_id = place.building_id, place.unit_id
        person.place_label, person.place_key = place.label, place.key
        trail.append((person, before, audit.snapshot(person, MOVED)))
    names = ["kind", "building", "unit", "place_label", "place_key"]
    Residency.objects.bulk_update(everybody, names, batch_size=500)
    audit.record_many(scope, "resident.move", trail, site_id=site.pk)
    emit(ResidentsChanged(site.pk, tuple(ids)))


@transaction.atomic
def end_leases(*, scope: Scope, site: Site, ends: Mapping[int, datetime]) -> list[Residency]:
    """Let leases of people end: id to the moment from which nothing opens any more.

    A lease that would only begin later is called off: its beginning goes. Raises as `change_residents`.
    """
    there = Residency.objects.filter(site=site).in_bulk(ends)
    changes: dict[int, dict[str, Any]] = {}
    for pk, end in ends.items():
        changes[pk] = {"valid_until": end}
        start = there[pk].valid_from if pk in there else None
        if start is not None and start >= end:
            changes[pk]["valid_from"] = None
    return change_residents(scope=scope, site=site, changes=changes)


@transaction.atomic
def move_out(
    *, scope: Scope, person: Residency, at: datetime | None = None, family: bool = True
) -> list[Residency]:
    """Somebody moves out, now or at a moment to come; with a family master the family, or not (`family`).

    The person stays listed, with an ended lease, until deleted. Returns all whose lease was changed.
    Raises `Refused` with the field (`at`) for a moment that has passed, and for a lease that has ended.
    """
    site = hold(scope, person.site)
    here = present()
    fresh = Residency.objects.filter(site=site, pk=person.pk).first()
    if fresh is None:
        raise Refused(_("This person is not there any more."), code="gone")
    if fresh.valid_until is not None and fresh.valid_until <= here:
        raise Refused(_("{name} has moved out already.").format(name=fresh), code="ended")
    if at is not None and at <= here:
        raise Refused(_("This has passed already. Choose “now”."), field="at", code="passed")
    end = at or here.replace(microsecond=0)
    leaving = [fresh, *(members_of(fresh) if family else ())]
    keep = {one.pk for one in leaving if one.pk != fresh.pk and one.valid_until and one.valid_until <= end}
    ends = {one.pk: end for one in leaving if one.pk not in keep}
    return end_leases(scope=scope, site=site, ends=ends)


def members_of(person: Residency) -> list[Residency]:
    """The members of a family master's family whose lease has not ended; none for anybody else."""
    if person.kind != KINDS.MASTER:
        return []
    members = Residency.objects.filter(unit=person.unit_id, kind=KINDS.MEMBER)
    return list(living(members).order_by("pk"))
