"""People of a site: the family of an apartment or a house, the staff and personnel of an office."""

from collections.abc import Iterable, Mapping, Sequence
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from accounts import audit
from accounts.models import Role, User
from accounts.services.mailboxes import changed_unproven
from sites.events import ResidentsAdded, ResidentsChanged, ResidentsRemoved
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.pouring import pour
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, ngettext

from .activation import states_of
from .families import living, make_way
from .guards import Rows, delete, differing, hold, known_names, once
from .labels import place_key
from .linked import refuse_linked
from .numbers import draw_sip
from .placing import Place, departments, place_people, refuse_used_ids
from .spans import SPAN
from .tidying import COMMON, OFFICE, NewResident, changeable, tidy_changes, tidy_resident
from .welcome import REACH, reached_anew, way_before, welcome

TOLD = frozenset({"first_name", "last_name", "building_id", "kind", "intercom", "call_type", "phone", *SPAN})
"""Fields of a person that devices may have to know."""

ON_LOGIN = ("first_name", "last_name", "email", "language")
"""Fields that the person's login carries too."""


@transaction.atomic
def add_residents(*, scope: Scope, site: Site, rows: Sequence[NewResident]) -> list[Residency]:
    """Add people, each with a login of its own; all or none, in the order of `rows`.

    The login's user name is the personal SIP number; it has no password until the person sets one by
    the link of the login details (`welcome`). A member after the free ones of the apartment starts
    inactivated. Emits `ResidentsAdded`.
    Raises `RefusedMany` by index: a value that may not be, no such apartment or department, a second
    family master, a member without one, an ID in use.
    """
    site = hold(scope, site)
    found = Rows()
    tidied = found.each(rows, tidy_resident)
    places = place_people(found, site, tidied)
    if site.kind == Site.Kind.OFFICE:
        refuse_used_ids(found, site, {index: row.unique_id for index, row in enumerate(tidied)})
    found.stop()
    masters = [row.kind == Residency.Kind.MASTER for row in tidied]
    make_way(
        scope,
        site,
        [place.unit_id for master, place in zip(masters, places, strict=True) if master and place],
    )
    people = _write(site, tidied, [place for place in places if place])
    audit.record_many(
        scope, "resident.create", [(one, None, _whole(site, one)) for one in people], site_id=site.pk
    )
    emit(ResidentsAdded(site.pk, tuple(one.pk for one in people)))
    welcome(scope=scope, people=people)
    return people


def add_resident(*, scope: Scope, site: Site, row: NewResident) -> Residency:
    """`add_residents` for one."""
    return add_residents(scope=scope, site=site, rows=[row])[0]


def _write(site: Site, rows: Sequence[NewResident], places: Sequence[Place]) -> list[Residency]:
    sips = draw_sip(len(rows))
    logins = [_login(site, row, sip) for row, sip in zip(rows, sips, strict=True)]
    pour(logins)
    people = [
        Residency(
            site=site,
            user=login,
            sip=login.username,
            building_id=place.building_id,
            unit_id=place.unit_id,
            place_label=place.label,
            place_key=place.key,
            account_state=state,
            **{name: getattr(row, name) for name in (*COMMON, *OFFICE) if name != "building_id"},
        )
        for row, place, login, state in zip(rows, places, logins, states_of(site, rows, places), strict=True)
    ]
    with once(_("This ID is in use in the office."), "unique_id"):
        return pour(people)


def _login(site: Site, row: NewResident, sip: str) -> User:
    return User(
        username=sip,
        password=UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30),
        role=Role.RESIDENT,
        time_zone=site.time_zone,
        hours_24=site.hours_24,
        **{name: getattr(row, name) for name in ON_LOGIN},
    )


@transaction.atomic
def change_residents(
    *, scope: Scope, site: Site, changes: Mapping[int, Mapping[str, Any]]
) -> list[Residency]:
    """Change people: id to the fields that change (of `changeable(site)`); all or none.

    A new email or mobile gets the login details. Emits `ResidentsChanged` for those whose name, place, lease
    or call settings really changed. Raises `RefusedMany` by position in `changes`: a value that may not be,
    somebody who is gone, a lease that ends before it begins, no such department, an ID in use, another
    email or mobile for somebody with several homes.
    """
    site = hold(scope, site)
    found = Rows()
    people = Residency.objects.filter(site=site).select_related("user").in_bulk(changes)
    tidied: dict[int, dict[str, Any]] = {}
    for index, (pk, given) in enumerate(changes.items()):
        known_names(given, changeable(site))
        if pk not in people:
            found.no(index, _("This person is not there any more."), code="gone")
            continue
        try:
            tidied[pk] = tidy_changes(people[pk], given)
        except Refused as refusal:
            found.refusals[index] = refusal
    if site.kind == Site.Kind.OFFICE:
        _judge_office(found, site, list(changes), tidied)
    refuse_linked(found, list(changes), people, tidied)
    found.stop()
    return _write_changes(scope, site, people, tidied)


def change_resident(*, scope: Scope, person: Residency, **changes: Any) -> Residency:
    """`change_residents` for one."""
    return change_residents(scope=scope, site=person.site, changes={person.pk: changes})[0]


def _judge_office(
    found: Rows, site: Site, order: Sequence[int], tidied: Mapping[int, dict[str, Any]]
) -> None:
    """Refuse departments of elsewhere and IDs in use; a new department brings its labels."""
    index_of = {pk: index for index, pk in enumerate(order)}
    known = departments(site)
    for pk, values in tidied.items():
        if "building_id" in values:
            place = known.get(values["building_id"])
            if place is None:
                found.no(
                    index_of[pk], _("Choose one of the office’s departments."), "building", "no_building"
                )
                continue
            values["place_label"] = place.label
    ids = {index_of[pk]: values["unique_id"] for pk, values in tidied.items() if "unique_id" in values}
    for index, text in ids.items():
        if not text:
            found.no(index, _("Type the ID: it tells people of an office apart."), "unique_id", "required")
    refuse_used_ids(found, site, ids, leaving=[order[index] for index in ids])


def _write_changes(
    scope: Scope, site: Site, people: Mapping[int, Residency], tidied: Mapping[int, Mapping[str, Any]]
) -> list[Residency]:
    trail: list[audit.Change] = []
    for pk, values in tidied.items():
        before, after = differing(people[pk], values)
        if after:
            trail.append((people[pk], before, after))
            for name, value in after.items():
                setattr(people[pk], name, value)
            if "place_label" in after:
                people[pk].place_key = place_key(people[pk].place_label)
    touched = sorted({name for _row, _before, after in trail for name in after or {}} | {"place_key"})
    changed = [people[row.pk] for row, _before, _after in trail]
    if changed:
        with once(_("This ID is in use in the office."), "unique_id"):
            Residency.objects.bulk_update(changed, touched, batch_size=500)
        _carry_to_logins(trail)
    audit.record_many(scope, "resident.change", trail, site_id=site.pk)
    told = tuple(row.pk for row, _before, after in trail if TOLD & (after or {}).keys())
    if told:
        emit(ResidentsChanged(site.pk, told))
    ways = {
        row.pk: way_before(people[row.pk], before)
        for row, before, _after in trail
        if before and not before.keys().isdisjoint(REACH)
    }
    reached_anew(scope=scope, people=[people[pk] for pk in ways], before=ways)
    return [people[pk] for pk in tidied]


def _carry_to_logins(trail: Iterable[audit.Change]) -> None:
    """Give the logins the new names, emails and languages, where they were the same before."""
    logins: dict[int, User] = {}
    addresses: dict[int, str] = {}
    touched: set[str] = set()
    for person, before, after in trail:
        assert isinstance(person, Residency)
        for name in ON_LOGIN:
            if after and before and name in after and getattr(person.user, name) == before[name]:
                if name == "email":
                    addresses[person.user_id] = person.user.email
                setattr(person.user, name, after[name])
                logins[person.user_id] = person.user
                touched.add(name)
    if logins:
        User.objects.bulk_update(logins.values(), sorted(touched), batch_size=500)
    if addresses:
        changed_unproven([logins[number] for number in addresses], before=addresses)


@transaction.atomic
def remove_residents(*, scope: Scope, site: Site, residency_ids: Iterable[int]) -> list[int]:
    """Remove people, and with a family master the members of the family; returns the ids that went.

    Nobody goes with a master who has moved out: who still lives in the apartment stays. Emits
    `ResidentsRemoved` before anything is deleted. A login without another home is switched off and kept, so
    that the trail still knows who it was. Raises `Refused` as `may_remove_people`.
    """
    site = hold(scope, site)
    may_remove_people(scope, site)
    rows = Residency.objects.filter(site=site, pk__in=set(residency_ids))
    chosen = list(rows)
    headless = living(rows.filter(kind=Residency.Kind.MASTER)).values_list("unit_id", flat=True)
    members = Residency.objects.filter(unit__in=set(headless), kind=Residency.Kind.MEMBER)
    people = {one.pk: one for one in (*chosen, *members)}
    take_out(scope, site, list(people.values()))
    return list(people)


def may_remove_people(scope: Scope, site: Site) -> None:
    """Raises `Refused` for a property manager whose site does not let managers delete accounts."""
    if scope.role == Role.PROPERTY_MANAGER and not site.managers_delete_people:
        raise Refused(_("Only your installer removes people of this site."), code="not_permitted")


def take_out(scope: Scope | None, site: Site, people: Sequence[Residency]) -> None:
    """Remove `people` of a held site: announced, audited, deleted, their logins switched off.

    `scope` None: the portal itself does it.
    """
    if not people:
        return
    ids = [one.pk for one in people]
    emit(ResidentsRemoved(site.pk, tuple(ids)))
    audit.record_many(
        scope, "resident.delete", [(one, _whole(site, one), None) for one in people], site_id=site.pk
    )
    delete(Residency.objects.filter(pk__in=ids), _still_held)
    _switch_off(scope, site, {one.user_id for one in people})


def _still_held(n: int) -> str:
    return ngettext(
        "A person still holds {things}. Take it out first.",
        "A person still holds {things}. Take them out first.",
        n,
    )


def _switch_off(scope: Scope | None, site: Site, login_ids: set[int]) -> None:
    """Switch off the logins nobody needs any more: those without a home left."""
    idle = User.objects.filter(pk__in=login_ids, role=Role.RESIDENT, is_active=True, residencies__isnull=True)
    logins = list(idle)
    User.objects.filter(pk__in=[login.pk for login in logins]).update(is_active=False)
    changes = [(login, {"is_active": True}, {"is_active": False}) for login in logins]
    audit.record_many(scope, "user.switch_off", changes, site_id=site.pk)


def _whole(site: Site, person: Residency) -> dict[str, Any]:
    """What the trail keeps of a person that came or went."""
    return audit.snapshot(person, ("kind", "place_label", "sip", *changeable(site)))
