"""Reads about places and people. Figures are counted no further than lists count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Concat

from accounts.models import Organisation, Role, User
from smartplus.kernel.paging import COUNT_LIMIT
from smartplus.kernel.scoping import Scope

from . import panels
from .leases import Lease, lease_of, lease_q
from .models import Building, Residency, Site, Unit


class CountUpTo(Subquery):
    """How many rows a subquery has, counted to just over `COUNT_LIMIT`: a big site costs no more."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: COUNT_LIMIT + 1])


def first_site(scope: Scope, wanted: object = None) -> Site | None:
    """The site of this id (or text that should be one) if the reader sees it, else the first by name."""
    rows = Site.objects.visible_to(scope)
    number = str(wanted or "")
    found = rows.filter(pk=int(number)).first() if number.isdigit() and len(number) < 19 else None
    return found or rows.order_by("name", "pk").first()


# --- Sites ----------------------------------------------------------------------------------


def with_figures_of_sites(rows: QuerySet[Site]) -> QuerySet[Any]:
    """Sites with `building_count`, `unit_count`, `device_count`, `people_count` and `manager_count`."""
    within = OuterRef("pk")
    devices: Any = Site._meta.get_field(panels.HANGING).related_model
    return rows.annotate(
        device_count=CountUpTo(devices._base_manager.filter(site=within)),
        building_count=CountUpTo(Building.objects.filter(site=within)),
        unit_count=CountUpTo(Unit.objects.filter(site=within)),
        people_count=CountUpTo(Residency.objects.filter(site=within)),
        manager_count=CountUpTo(Site.managers.through.objects.filter(site=within)),
    )


def families_of_houses() -> tuple[Prefetch[Any], ...]:
    """Prefetches for a list of sites: `homes` and `family` (master first) of the houses among them."""
    house = Q(site__kind=Site.Kind.HOUSE)
    return (
        Prefetch("units", Unit.objects.filter(house), to_attr="homes"),
        Prefetch("residencies", Residency.objects.filter(house).order_by("kind", "pk"), to_attr="family"),
    )


def search_sites(rows: QuerySet[Site], text: str) -> QuerySet[Site]:
    """Sites with each word in name or address; houses also by their people and SIP numbers."""
    for word in text.split()[:6]:
        people = Residency.objects.filter(search_text__icontains=word, site__kind=Site.Kind.HOUSE)
        homes = Unit.objects.filter(search_text__icontains=word, site__kind=Site.Kind.HOUSE)
        place = Q(name__icontains=word) | Q(street__icontains=word) | Q(city__icontains=word)
        rows = rows.filter(place | Q(pk__in=people.values("site")) | Q(pk__in=homes.values("site")))
    return rows


def figures_of_site(site: Site) -> dict[str, int]:
    """`buildings`, `units`, `people` and `unregistered` of one site, in one query."""
    people = Residency.objects.filter(site=OuterRef("pk"))
    found = Site.objects.filter(pk=site.pk).values_list(
        CountUpTo(Building.objects.filter(site=OuterRef("pk"))),
        CountUpTo(Unit.objects.filter(site=OuterRef("pk"))),
        CountUpTo(people),
        CountUpTo(people.filter(app_state=Residency.AppState.UNREGISTERED)),
    )
    return dict(zip(("buildings", "units", "people", "unregistered"), found[0], strict=True))


def staff_of_site(site: Site) -> dict[str, list[User]]:
    """The property managers and sub-installers of a site."""
    return {
        "managers": list(site.managers.order_by("first_name", "last_name", "pk")),
        "sub_installers": list(site.given_to.order_by("first_name", "last_name", "pk")),
    }


def workers(rows: QuerySet[User], organisation_id: int | None, role: Role) -> QuerySet[User]:
    """Of `rows` (users) those of a company and role that may sign in, by name."""
    theirs = rows.filter(organisation=organisation_id, role=role, is_active=True)
    return theirs.order_by("first_name", "last_name", "pk")


def sites_of(user: User) -> list[Site]:
    """The sites a property manager or sub-installer works for."""
    return list((user.managed_sites if user.role == Role.PROPERTY_MANAGER else user.given_sites).all())


# --- Places ---------------------------------------------------------------------------------


def with_figures_of_buildings(rows: QuerySet[Building]) -> QuerySet[Any]:
    """Buildings with `unit_count` and `people_count`."""
    return rows.annotate(
        unit_count=CountUpTo(Unit.objects.filter(building=OuterRef("pk"))),
        people_count=CountUpTo(Residency.objects.filter(building=OuterRef("pk"))),
    )


def buildings_of(site: Site, most: int = 12) -> list[Building]:
    """The first buildings of a site by name, with their figures; one more than `most` when there are more."""
    rows = Building.objects.filter(site=site).order_by("name", "pk")
    return list(with_figures_of_buildings(rows)[: most + 1])


def with_families(rows: QuerySet[Unit]) -> QuerySet[Any]:
    """Apartments with `people_count`, and of the family master `master_first`, `master_last`, `app_state`."""
    masters = Residency.objects.filter(unit=OuterRef("pk"), kind=Residency.Kind.MASTER)
    masters = masters.exclude(lease_q(Lease.ENDED))
    return rows.annotate(
        people_count=CountUpTo(Residency.objects.filter(unit=OuterRef("pk"))),
        master_first=Subquery(masters.values("first_name")[:1]),
        master_last=Subquery(masters.values("last_name")[:1]),
        app_state=Subquery(masters.values("app_state")[:1]),
    )


def of_apartment(rows: QuerySet[Residency], number: str) -> QuerySet[Residency]:
    """People of the apartments with this number, in whichever building."""
    return rows.filter(unit__sort_key=number.strip().lower().rjust(32))


def family_of(unit: Unit | None) -> list[Residency]:
    """The people of an apartment or a house, the family master first."""
    if unit is None:
        return []
    people = Residency.objects.filter(unit=unit).select_related("site")
    return list(people.order_by("kind", "sort_name", "pk"))


def home_of(site: Site) -> Unit | None:
    """The one home of a house."""
    return Unit.objects.filter(site=site).first() if site.kind == Site.Kind.HOUSE else None


def master_of(unit: Unit | None) -> Residency | None:
    """The family master of an apartment."""
    return Residency.objects.filter(unit=unit, kind=Residency.Kind.MASTER).first() if unit else None


def living_master_of(unit: Unit | None) -> Residency | None:
    """The family master of an apartment, unless the lease has ended: then it is free for another family."""
    master = master_of(unit)
    return master if master is not None and lease_of(master) != Lease.ENDED else None


def master_name(row: Any) -> str:
    """The family master of an apartment that `with_families` annotated."""
    return f"{row.master_first or ''} {row.master_last or ''}".strip()


def app_words(row: Any) -> str:
    """The app state of the family master of an apartment that `with_families` annotated, as it is shown."""
    return str(Residency.AppState(row.app_state).label) if row.app_state else ""


def home_value(name: str) -> Callable[[Any], Any]:
    """Reads a value of the home of a listed site; None where it is no house."""
    return lambda site: getattr(site.homes[0], name) if site.homes else None


def master_value(name: str) -> Callable[[Any], Any]:
    """Reads a value of the family master of a listed site; None where there is none."""

    def read(site: Any) -> Any:
        if not site.family or site.family[0].kind != Residency.Kind.MASTER:
            return None
        value = getattr(site.family[0], name)
        return value() if callable(value) else value

    return read


def count_members(site: Any) -> int:
    """How many family members a listed house has."""
    return sum(one.kind == Residency.Kind.MEMBER for one in site.family)


# --- End users, over all sites --------------------------------------------------------------


def masters_of_units() -> Prefetch[Any]:
    """Prefetch for a list of people: `masters`, the family master of each one's apartment or house."""
    masters = Residency.objects.filter(kind=Residency.Kind.MASTER)
    return Prefetch("unit__residencies", masters, to_attr="masters")


def family_master(row: Residency) -> Residency | None:
    """The family master of somebody of a list that `masters_of_units` prepared."""
    unit: Any = row.unit
    return next(iter(unit.masters), None) if unit is not None else None


def search_people(rows: QuerySet[Residency], text: str, by: str = "") -> QuerySet[Residency]:
    """Of `rows` those with each word of `text` in what `by` names ("": anything of the person).

    What the person's own text holds is found by its index first.
    """
    for word in text.split()[:6]:
        if by == "installer":
            rows = rows.filter(site__in=Site.objects.filter(organisation__name__icontains=word))
        elif by == "site":
            rows = rows.filter(site__in=Site.objects.filter(name__icontains=word))
        elif by == "master":
            masters = Residency.objects.filter(kind=Residency.Kind.MASTER, search_text__icontains=word)
            rows = rows.filter(unit__in=masters.filter(sort_name__contains=word.lower()).values("unit"))
        else:
            rows = _found_in_person(rows, word, by)
    return rows


def _found_in_person(rows: QuerySet[Residency], word: str, by: str) -> QuerySet[Residency]:
    if by == "mobile":
        word = "".join(filter(str.isdigit, word)) or word
        rows = rows.alias(dialled=Concat("country_code", "mobile")).filter(dialled__contains=word)
    elif by == "name":
        rows = rows.filter(sort_name__contains=word.lower())
    elif by in ("sip", "email"):
        rows = rows.filter(**{f"{by}__icontains": word})
    return rows.filter(search_text__icontains=word)


# --- What goes with something ---------------------------------------------------------------


def losses_of_building(building: Building) -> tuple[int, int]:
    """(apartments, people) that go with a building."""
    return (
        Unit.objects.filter(building=building).count(),
        Residency.objects.filter(building=building).count(),
    )


def people_of_units(units: Sequence[Unit]) -> int:
    """How many people live in these apartments."""
    return Residency.objects.filter(unit__in=[unit.pk for unit in units]).count()


def members_of_units(units: Sequence[Unit]) -> int:
    """How many family members live in these apartments."""
    ids = [unit.pk for unit in units]
    return Residency.objects.filter(unit__in=ids, kind=Residency.Kind.MEMBER).count()


def family_that_follows(people: Sequence[Residency]) -> int:
    """How many family members go because their master does, besides `people` themselves.

    Nobody follows a master who has moved out: who still lives there stays.
    """
    masters = [one for one in people if one.kind == Residency.Kind.MASTER]
    headless = [one.unit_id for one in masters if lease_of(one) != Lease.ENDED]
    members = Residency.objects.filter(unit__in=headless, kind=Residency.Kind.MEMBER)
    return members.exclude(pk__in=[one.pk for one in people]).count()


# --- Words and beginnings -------------------------------------------------------------------


def language_name(code: str) -> str:
    """The name of a language in that language."""
    return str(dict(settings.LANGUAGES).get(code, code))


def usual_time_zone(scope: Scope) -> str:
    """The time zone new sites of the reader's company begin with."""
    zone = Organisation.objects.filter(pk=scope.org_id or 0).values_list("time_zone", flat=True).first()
    return zone or "UTC"


def house_values(site: Site) -> dict[str, Any]:
    """Room, telephones and family master of a house, as its form names them."""
    home = home_of(site)
    master = master_of(home)
    calls = {name: getattr(home, name, "") for name in ("phone_1", "phone_2", "phone_3")}
    calls["call_type"] = getattr(home, "call_type", 0)
    names = ("first_name", "last_name", "email", "language", "country_code", "mobile")
    person = {name: getattr(master, name) for name in names} if master else {}
    return {"room_name": home.name if home else "", **calls, **person}


def place_to_start(site: Site, asked: Mapping[str, str]) -> dict[str, Any]:
    """Where a new person begins: the apartment `asked` for (`unit`, `building`), as master where none is."""
    unit = home_of(site)
    if unit is None and asked.get("unit", "").isdigit():
        unit = Unit.objects.filter(site=site, pk=int(asked["unit"][:18])).first()
    start: dict[str, Any] = {"building": unit.building_id if unit else asked.get("building", "")}
    if unit is not None:
        kind = Residency.Kind.MEMBER if living_master_of(unit) else Residency.Kind.MASTER
        start |= {"unit": unit.pk, "kind": kind}
    return start
