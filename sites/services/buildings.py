"""Buildings of a community, departments of an office."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Lower

from accounts import audit
from sites import fields
from sites.events import BuildingRemoved, BuildingRenamed, BuildingsAdded, UnitsChanged
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, ngettext

from .guards import Rows, checked, delete, hold, once
from .labels import relabel_building
from .residents import take_out
from .units import drop_units


@transaction.atomic
def add_buildings(*, scope: Scope, site: Site, names: Sequence[str]) -> list[Building]:
    """Add buildings (departments); all or none, in the order of `names`. Emits `BuildingsAdded`.

    Raises `RefusedMany` by index: a name that may not be, is in use or stands twice; `Refused` for a
    house, which has no buildings.
    """
    site = hold(scope, site)
    if site.kind == Site.Kind.HOUSE:
        raise Refused(_("A house has no buildings."), code="kind")
    found = Rows()
    tidied = found.each(names, _tidy)
    taken = _names(site)
    for index, name in enumerate(tidied):
        if str(name).lower() in taken:
            found.no(index, _taken(site), "name", "in_use")
        taken.add(str(name).lower())
    found.stop()
    with once(_taken(site), "name"):
        buildings = Building.objects.bulk_create(
            [Building(site=site, name=name) for name in tidied], batch_size=1000
        )
    created = [(building, None, {"name": building.name}) for building in buildings]
    audit.record_many(scope, "building.create", created, site_id=site.pk)
    emit(BuildingsAdded(site.pk, tuple(building.pk for building in buildings)))
    return buildings


def add_building(*, scope: Scope, site: Site, name: str) -> Building:
    """`add_buildings` for one."""
    return add_buildings(scope=scope, site=site, names=[name])[0]


@transaction.atomic
def rename_building(*, scope: Scope, building: Building, name: str) -> Building:
    """Give a building another name and carry it into every label below it.

    Emits `UnitsChanged` and `BuildingRenamed`.

    Raises `Refused` for a name that may not be or is in use.
    """
    site = hold(scope, building.site)
    building = Building.objects.get(pk=building.pk, site=site)
    before, name = building.name, _tidy(name)
    if name == before:
        return building
    if name.lower() in _names(site) - {before.lower()}:
        raise Refused(_taken(site), field="name", code="in_use")
    building.name = name
    with once(_taken(site), "name"):
        building.save(update_fields=["name"])
    relabel_building(building)
    audit.record(
        scope, "building.change", building, before={"name": before}, after={"name": name}, site_id=site.pk
    )
    units = Unit.objects.filter(building=building).order_by("pk").values_list("pk", flat=True)
    emit(UnitsChanged(site.pk, (building.pk,), tuple(units)))
    emit(BuildingRenamed(site.pk, building.pk, before, name))
    return building


@transaction.atomic
def remove_building(*, scope: Scope, building: Building, typed_name: str) -> None:
    """Remove a building with its apartments and people; `typed_name` is the name, typed again by the person.

    Emits `ResidentsRemoved`, `UnitsChanged` and `BuildingRemoved`. Raises `Refused` when the name was
    typed differently, and when something of the upper apps (a device) still hangs there.
    """
    site = hold(scope, building.site)
    building = Building.objects.get(pk=building.pk, site=site)
    if typed_name.strip() != building.name:
        raise Refused(
            _("Type “{name}” exactly, to be sure.").format(name=building.name),
            field="typed_name",
            code="not_sure",
        )
    drop_building(scope, site, building)


def drop_building(scope: Scope, site: Site, building: Building) -> None:
    """Remove a building of a held site and what it holds, audited and announced."""
    drop_units(scope, site, list(Unit.objects.filter(building=building)))
    take_out(scope, site, list(Residency.objects.filter(building=building)))
    emit(BuildingRemoved(site.pk, building.pk))
    audit.record(scope, "building.delete", building, before={"name": building.name}, site_id=site.pk)

    def still_held(n: int) -> str:
        return ngettext(
            "“{name}” still holds {things}. Take it out first.",
            "“{name}” still holds {things}. Take them out first.",
            n,
        ).replace("{name}", building.name)

    delete(Building.objects.filter(pk=building.pk), still_held)


def _taken(site: Site) -> str:
    if site.kind == Site.Kind.OFFICE:
        return _("This site has a department of this name.")
    return _("This site has a building of this name.")


def _names(site: Site) -> set[str]:
    """The names in use, in lower case."""
    there = Building.objects.filter(site=site).annotate(lowered=Lower("name"))
    return set(there.values_list("lowered", flat=True))


def _tidy(name: str) -> str:
    return checked("name", fields.clean_name, name, fields.BUILDING_LENGTH)
