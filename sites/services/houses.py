"""A single-family house: the site, its one home and the family master come and go together."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from sites.models import Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope

from .residents import add_resident, change_resident
from .sites import add_site, change_site
from .tidying import NewResident
from .units import HOME, NewUnit, change_unit, create_units, tidy_unit


@transaction.atomic
def add_house(
    *, scope: Scope, values: Mapping[str, Any], home: Mapping[str, Any], master: Mapping[str, Any]
) -> Site:
    """Add a house: `values` of the site, `home` (name, call_type, phones), `master` (as `NewResident`).

    Raises `Refused` with the field of whichever part is refused (the room's name is `room_name`).
    """
    site = add_site(scope=scope, kind=Site.Kind.HOUSE, **values)
    row = NewUnit(None, HOME, **_tidy_home(home))
    unit = create_units(site, [row], {})[0]
    audit.record(
        scope, "unit.create", unit, after=audit.snapshot(unit, ("name", "sip", "call_type")), site_id=site.pk
    )
    add_resident(
        scope=scope, site=site, row=NewResident(kind=Residency.Kind.MASTER, unit_id=unit.pk, **master)
    )
    return site


@transaction.atomic
def change_house(
    *,
    scope: Scope,
    site: Site,
    values: Mapping[str, Any],
    home: Mapping[str, Any],
    master: Mapping[str, Any],
) -> Site:
    """Change a house with its home and its family master; `master` is added when the family has none.

    Raises `Refused` as `add_house`.
    """
    site = change_site(scope=scope, site=site, **values)
    unit = Unit.objects.select_related("site").get(site=site)
    change_unit(scope=scope, unit=unit, **_tidy_home(home))
    person = Residency.objects.select_related("site").filter(unit=unit, kind=Residency.Kind.MASTER).first()
    if person:
        change_resident(scope=scope, person=person, **master)
    else:
        row = NewResident(kind=Residency.Kind.MASTER, unit_id=unit.pk, **master)
        add_resident(scope=scope, site=site, row=row)
    return site


def _tidy_home(home: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return tidy_unit(home)
    except Refused as refusal:
        field = "room_name" if refusal.field == "name" else refusal.field
        raise Refused(refusal.message, field=field, code=refusal.code) from refusal
