"""Apartments, and the one home of a house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from accounts import audit
from sites import fields
from sites.events import MonitoredUnitsLeaving, UnitsChanged
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.pouring import pour
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, ngettext

from .guards import Rows, checked, delete, differing, hold, known_names
from .labels import place_key, place_label, relabel_residents
from .numbers import draw_sip
from .plans import judge_unit
from .residents import may_remove_people, take_out
from .spans import SPAN
from .validity import tidy_validity

HOME = "Home"
"""The number of the one unit of a house."""

NO_MONITOR = _("This site has the Basic plan: each apartment needs an indoor monitor.")
TYPED = ("number", "name", "call_type", "phone_1", "phone_2", "phone_3")
CHANGEABLE = (*TYPED, *SPAN, "auto_delete", "member_limit")


@dataclass(frozen=True)
class NewUnit:
    """An apartment to add; its family SIP number is drawn by the service.

    `valid_from` and `valid_until` are the valid time of all access in it: instants, the end does not belong
    to it, None is open. `auto_delete`: its accounts go at the end. `member_limit`: None is no limit.
    """

    building_id: int | None
    number: str
    name: str = ""
    call_type: int = 0
    phone_1: str = ""
    phone_2: str = ""
    phone_3: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    auto_delete: bool = False
    member_limit: int | None = None
    monitored: bool = False


@transaction.atomic
def add_units(*, scope: Scope, site: Site, rows: Sequence[NewUnit]) -> list[Unit]:
    """Add apartments to buildings of a community; all or none, in the order of `rows`.

    Emits `UnitsChanged`. Raises `RefusedMany` by index: a number or name that may not be, no such
    building, a number that is in use or stands twice; `Refused` for a site without apartments.
    """
    site = hold(scope, site)
    if site.kind != Site.Kind.COMMUNITY:
        raise Refused(_("Only a community has apartments."), code="kind")
    found = Rows()
    tidied = found.each(rows, _tidy)
    buildings = dict(Building.objects.filter(site=site).values_list("pk", "name"))
    for index, row in enumerate(tidied):
        if row.building_id not in buildings:
            found.no(index, _("Choose one of the site’s buildings."), "building", "no_building")
        if site.needs_monitors and not row.monitored:
            found.no(index, NO_MONITOR, "device", "no_monitor")
    _refuse_doubles(found, tidied, _in_use(site, tidied))
    found.stop()
    units = create_units(site, tidied, buildings)
    audit.record_many(scope, "unit.create", [(unit, None, _created(unit)) for unit in units], site_id=site.pk)
    _emit_changed(site, units)
    return units


def create_units(site: Site, rows: Sequence[NewUnit], buildings: Mapping[int, str]) -> list[Unit]:
    """Write checked apartments (or a house's home); `buildings` is id to name."""
    units = [
        Unit(
            site=site,
            sip=sip,
            place_label=_label(row, buildings),
            place_key=_key(row, buildings),
            **{name: getattr(row, name) for name in ("building_id", *CHANGEABLE)},
        )
        for row, sip in zip(rows, draw_sip(len(rows)), strict=True)
    ]
    return pour(units)


def _label(row: NewUnit, buildings: Mapping[int, str]) -> str:
    if row.building_id is None:
        return row.name or row.number
    return place_label(buildings[row.building_id], row.number)


def _key(row: NewUnit, buildings: Mapping[int, str]) -> str:
    return place_key(buildings[row.building_id], row.number) if row.building_id else place_key(row.number)


def _tidy(row: NewUnit) -> NewUnit:
    values = {name: getattr(row, name) for name in CHANGEABLE}
    return replace(row, **tidy_unit(values), **tidy_validity(None, values))


def tidy_unit(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed about an apartment (of `TYPED`) as it is kept; raises `Refused` with the field."""
    cleaners = {
        "number": lambda value: fields.clean_apartment(value),
        "name": lambda value: fields.clean_text(value, fields.NAME_LENGTH),
        "call_type": lambda value: fields.clean_number_choice(value, Unit.CallType),
    }
    return {
        name: checked(name, cleaners.get(name, fields.clean_phone), value)
        for name, value in values.items()
        if name in TYPED
    }


def _in_use(site: Site, rows: Iterable[NewUnit]) -> set[tuple[int, str]]:
    """(building, number in lower case) of the apartments that are there already, of those asked for."""
    numbers = {row.number.lower() for row in rows if isinstance(row.number, str)}
    there = Unit.objects.filter(site=site, building__isnull=False).annotate(lowered=Lower("number"))
    return set(there.filter(lowered__in=numbers).values_list("building_id", "lowered"))


def _refuse_doubles(found: Rows, rows: Sequence[NewUnit], taken: set[tuple[int, str]]) -> None:
    seen: set[tuple[int | None, str]] = set()
    for index, row in enumerate(rows):
        key = (row.building_id, str(row.number).lower())
        if key in taken:
            found.no(index, _("This building has an apartment of this number."), "number", "in_use")
        elif key in seen:
            found.no(index, _("This number stands twice."), "number", "double")
        seen.add(key)


@transaction.atomic
def change_units(*, scope: Scope, site: Site, changes: Mapping[int, Mapping[str, Any]]) -> list[Unit]:
    """Change apartments: id to the fields that change (of `CHANGEABLE`); all or none.

    A new number is carried into the labels of the people. Emits `UnitsChanged` for those that really
    changed. Raises `RefusedMany` by position in `changes`: as `add_units`, a valid time that ends before it
    begins, or an apartment that is gone. Without an end `auto_delete` is switched off by itself.
    """
    site = hold(scope, site)
    found = Rows()
    units = Unit.objects.filter(site=site).select_related("building").in_bulk(changes)
    tidied: dict[int, dict[str, Any]] = {}
    for index, (pk, given) in enumerate(changes.items()):
        known_names(given, CHANGEABLE)
        if pk not in units:
            found.no(index, _("This apartment is not there any more."), code="gone")
            continue
        try:
            tidied[pk] = tidy_unit(given) | tidy_validity(units[pk], given)
            judge_unit(scope, site, units[pk], tidied[pk])
        except Refused as refusal:
            found.refusals[index] = refusal
    _refuse_taken_numbers(found, site, list(changes), units, tidied)
    found.stop()
    return _write_changes(scope, site, units, tidied)


def _refuse_taken_numbers(
    found: Rows,
    site: Site,
    order: list[int],
    units: Mapping[int, Unit],
    tidied: Mapping[int, Mapping[str, Any]],
) -> None:
    """Refuse numbers that another apartment of the building has (also one that is just giving it up)."""
    wanted = {
        pk: NewUnit(units[pk].building_id, values["number"])
        for pk, values in tidied.items()
        if values.get("number", units[pk].number).lower() != units[pk].number.lower()
    }
    if not wanted:
        return
    places = {pk: index for index, pk in enumerate(order)}
    taken = _in_use(site, wanted.values())
    for pk, row in wanted.items():
        key = (row.building_id, row.number.lower())
        if key in taken:
            found.no(places[pk], _("This building has an apartment of this number."), "number", "in_use")
        taken.add(key)  # type: ignore[arg-type]


def _write_changes(
    scope: Scope, site: Site, units: Mapping[int, Unit], tidied: Mapping[int, Mapping[str, Any]]
) -> list[Unit]:
    trail: list[audit.Change] = []
    renumbered: list[Unit] = []
    for pk, values in tidied.items():
        unit = units[pk]
        before, after = differing(unit, values)
        if not after:
            continue
        trail.append((unit, before, after))
        for name, value in after.items():
            setattr(unit, name, value)
        if {"number", "name"} & after.keys():
            renumbered.append(relabel(unit))
    changed = [units[row.pk] for row, _before, _after in trail]
    touched = sorted({name for _row, _before, after in trail for name in after or {}})
    if renumbered:
        touched += ["place_label", "place_key"]
    if touched:
        Unit.objects.bulk_update(changed, touched, batch_size=500)
    relabel_residents(Unit.objects.filter(pk__in=[unit.pk for unit in renumbered]))
    audit.record_many(scope, "unit.change", trail, site_id=site.pk)
    if changed:
        _emit_changed(site, changed)
    return [units[pk] for pk in tidied]


def relabel(unit: Unit) -> Unit:
    """Put the label and key an apartment should have into it (not saved)."""
    row = NewUnit(unit.building_id, unit.number, unit.name)
    names = {unit.building_id: unit.building.name} if unit.building_id and unit.building else {}
    unit.place_label, unit.place_key = _label(row, names), _key(row, names)
    return unit


def change_unit(*, scope: Scope, unit: Unit, **changes: Any) -> Unit:
    """`change_units` for one."""
    return change_units(scope=scope, site=unit.site, changes={unit.pk: changes})[0]


@transaction.atomic
def remove_units(*, scope: Scope, site: Site, unit_ids: Iterable[int]) -> int:
    """Remove apartments of a community and the people in them; returns how many apartments went.

    Emits `ResidentsRemoved` before and `UnitsChanged` after. Raises `Refused` for a house's home, and
    when something of the upper apps (a device) still hangs there.
    """
    site = hold(scope, site)
    if site.kind == Site.Kind.HOUSE:
        raise Refused(_("A house keeps its home. Remove the site instead."), code="kind")
    may_remove_people(scope, site)
    units = list(Unit.objects.filter(site=site, pk__in=set(unit_ids)))
    drop_units(scope, site, units)
    return len(units)


def drop_units(scope: Scope, site: Site, units: Sequence[Unit]) -> None:
    """Remove `units` of a held site with the people in them, audited and announced.

    Where the plan keeps an indoor monitor in each, it leaves with them (`MonitoredUnitsLeaving`).
    """
    if not units:
        return
    ids = [unit.pk for unit in units]
    if site.needs_monitors:
        emit(MonitoredUnitsLeaving(site.pk, tuple(ids), scope))
    take_out(scope, site, list(Residency.objects.filter(unit__in=ids)))
    audit.record_many(scope, "unit.delete", [(unit, _created(unit), None) for unit in units], site_id=site.pk)
    delete(Unit.objects.filter(pk__in=ids), _this_still_holds if len(ids) == 1 else _one_still_holds)
    _emit_changed(site, units, ids)


def _this_still_holds(n: int) -> str:
    return ngettext(
        "This apartment still holds {things}. Take it out first.",
        "This apartment still holds {things}. Take them out first.",
        n,
    )


def _one_still_holds(n: int) -> str:
    return ngettext(
        "An apartment still holds {things}. Take it out first.",
        "An apartment still holds {things}. Take them out first.",
        n,
    )


def _created(unit: Unit) -> dict[str, Any]:
    return audit.snapshot(unit, ("place_label", "sip", *CHANGEABLE))


def _emit_changed(site: Site, units: Iterable[Unit], ids: Sequence[int] = ()) -> None:
    units = list(units)
    buildings = sorted({unit.building_id for unit in units if unit.building_id is not None})
    emit(UnitsChanged(site.pk, tuple(buildings), tuple(ids or [unit.pk for unit in units])))
