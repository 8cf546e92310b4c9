"""Reset (S9): the accounts stay and begin anew for the next people; a deletion takes the accounts themselves.

Goes: family members, email, mobile, country code, landlines, the people's names in the door log, every
credential, password, second factors, consents, sessions and links. Stays: the family master's account with
its state, name, remark and lease, the number of free members, the apartment with its valid time, call type
and monitors, SIP numbers, time zone, language, access groups, and the audit trail.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from accounts import audit
from accounts.services.anew import begin_anew
from sites.events import ResidentsChanged, ResidentsReset
from sites.models import Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .guards import hold
from .linked import linked_among
from .logins import part_logins
from .residents import may_remove_people, take_out
from .units import change_units

KINDS = Residency.Kind
REACHED = ("email", "country_code", "mobile", "phone")
PHONES = ("phone_1", "phone_2", "phone_3")
MEMBER = _("Only a family master is reset. Delete the family member, or reset the apartment.")


@transaction.atomic
def reset_units(*, scope: Scope, site: Site, unit_ids: Iterable[int]) -> list[Residency]:
    """Reset apartments (or the home of a house) of a site; returns the family masters, who begin anew.

    Emits `ResidentsReset`, `ResidentsRemoved` for the members, and `UnitsChanged` for landlines that went.
    Nobody is written to. Raises `Refused` as `may_remove_people`: family members are deleted by it.
    """
    site = hold(scope, site)
    may_remove_people(scope, site)
    units = list(Unit.objects.filter(site=site, pk__in=set(unit_ids)).order_by("pk"))
    return _reset(scope, site, units, [])


@transaction.atomic
def reset_residents(*, scope: Scope, site: Site, residency_ids: Iterable[int]) -> list[Residency]:
    """Reset family masters with their homes, and people of an office; returns those who begin anew.

    As `reset_units`. Raises `Refused` for a family member too.
    """
    site = hold(scope, site)
    may_remove_people(scope, site)
    chosen = list(Residency.objects.filter(site=site, pk__in=set(residency_ids)).order_by("pk"))
    if any(one.kind == KINDS.MEMBER for one in chosen):
        raise Refused(MEMBER, code="member")
    homes = [one.unit_id for one in chosen if one.kind == KINDS.MASTER and one.unit_id]
    units = list(Unit.objects.filter(site=site, pk__in=homes).order_by("pk"))
    return _reset(scope, site, units, [one for one in chosen if one.kind != KINDS.MASTER])


def _reset(
    scope: Scope, site: Site, units: Sequence[Unit], workforce: Sequence[Residency]
) -> list[Residency]:
    family = list(Residency.objects.filter(unit__in=[unit.pk for unit in units]).order_by("place_key", "pk"))
    members = [one for one in family if one.kind != KINDS.MASTER]
    staying = [*(one for one in family if one.kind == KINDS.MASTER), *workforce]
    everybody = [*staying, *members]
    ids, logins = [one.pk for one in everybody], {one.user_id for one in everybody}
    if ids:
        emit(ResidentsReset(site.pk, tuple(ids), tuple(sorted(logins))))
    take_out(scope, site, members)
    _empty(scope, site, staying)
    _renew_logins(scope, site, staying)
    landlines = {
        unit.pk: dict.fromkeys(PHONES, "") for unit in units if any(getattr(unit, name) for name in PHONES)
    }
    if landlines:
        change_units(scope=scope, site=site, changes=landlines)
    return staying


def _empty(scope: Scope, site: Site, people: Sequence[Residency]) -> None:
    """Take away how they are reached; their app is to be registered again."""
    blank = {**dict.fromkeys(REACHED, ""), "app_state": Residency.AppState.UNREGISTERED}
    gone = [(one, {name: value for name in REACHED if (value := getattr(one, name))}, None) for one in people]
    had_phone = tuple(one.pk for one in people if one.phone)
    Residency.objects.filter(pk__in=[one.pk for one in people]).update(**blank)
    for one in people:
        for name, value in blank.items():
            setattr(one, name, value)
    audit.record_many(scope, "resident.reset", gone, site_id=site.pk)
    if had_phone:
        emit(ResidentsChanged(site.pk, had_phone))


def _renew_logins(scope: Scope, site: Site, people: Sequence[Residency]) -> None:
    """Who has further homes keeps the login for them: this home gets a login of its own."""
    linked = linked_among(people)
    part_logins(scope, site, [one for one in people if one.user_id in linked])
    begin_anew(
        scope=scope, user_ids=[one.user_id for one in people if one.user_id not in linked], site_id=site.pk
    )
