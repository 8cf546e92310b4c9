"""What the pages of this app ask about the site they are in."""

from typing import Any

from django.urls import reverse

from accounts.models import Role
from sites.leases import lease_words
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.tables import show
from smartplus.kernel.words import _, ngettext


def in_office(page: Any, row: Any = None) -> bool:
    """Whether the page is about an office: people in departments."""
    return bool(page.site.kind == Site.Kind.OFFICE)


def in_community(page: Any, row: Any = None) -> bool:
    """Whether the page is about a community: apartments in buildings."""
    return bool(page.site.kind == Site.Kind.COMMUNITY)


def not_in_office(page: Any, row: Any = None) -> bool:
    """Whether the page is about homes."""
    return not in_office(page)


def may_remove_people(page: Any, row: Any = None) -> bool:
    """Whether the reader may delete accounts here: a manager only where the installer lets them."""
    return bool(page.scope.role != Role.PROPERTY_MANAGER or page.site.managers_delete_people)


def resettable(page: Any, row: Any = None) -> bool:
    """Whether others may go on with an account: one of a family member is deleted instead."""
    return may_remove_people(page) and row is not None and row.kind != Residency.Kind.MEMBER


def to_activate(page: Any, row: Any = None) -> bool:
    """Whether an account is not in use: it waits for its activation, or has expired."""
    return bool(row is not None and row.account_state != Residency.AccountState.NORMAL)


def sendable(page: Any, row: Any = None) -> bool:
    """Whether login details may go out: not before the account is activated."""
    return bool(row is not None and row.account_state != Residency.AccountState.INACTIVATED)


def unregistered(page: Any, row: Any = None) -> bool:
    """Whether somebody has not set a password yet."""
    return bool(row is not None and row.app_state == Residency.AppState.UNREGISTERED)


def apartments_of(site: Site, building: Building) -> str:
    """The address of the apartments of a building, of the people of a department."""
    name = "sites:residents" if site.kind == Site.Kind.OFFICE else "sites:units"
    return f"{reverse(name, args=[site.pk])}?building={building.pk}"


def buildings_word(site: Site) -> str:
    """What the buildings of this site are called, over a list of them."""
    return _("Departments") if site.kind == Site.Kind.OFFICE else _("Buildings")


def apartments_lost(n: int) -> str:
    """So many apartments, among what goes."""
    return ngettext("{n} apartment", "{n} apartments", n).format(n=f"{n:,}")


def monitors_lost(site: Site) -> list[str]:
    """The indoor monitors, where the plan keeps one in each apartment, among what goes with apartments."""
    return [_("The indoor monitors there; their MACs are free again")] if site.needs_monitors else []


def people_lost(n: int) -> str:
    """So many people, among what goes."""
    return ngettext(
        "{n} person with their logins, PINs and cards", "{n} people with their logins, PINs and cards", n
    ).format(n=f"{n:,}")


def home_facts(home: Unit) -> list[tuple[str, Any]]:
    """How a home is called, in words."""
    phones = [phone for phone in (home.phone_1, home.phone_2, home.phone_3) if phone]
    return [
        (_("Family SIP"), home.sip),
        (_("Call type"), home.get_call_type_display()),
        (_("Phones"), show(", ".join(phones))),
        *_limits(home),
        (_("Created"), show(home.created_at)),
    ]


def valid_words(home: Unit) -> str:
    """The valid time of an apartment; "" while it is off."""
    span = lease_words(home, home.site.time_zone, home.site.hours_24)
    return _("{span}, then the accounts are deleted").format(span=span) if home.auto_delete else span


def _limits(home: Unit) -> list[tuple[str, Any]]:
    """What is off by default, where it is on."""
    found = []
    if span := valid_words(home):
        found.append((_("Valid time"), span))
    if home.member_limit is not None:
        found.append((_("Family member limit"), str(home.member_limit)))
    return found


def plan_of(site: Site) -> str:
    """The feature plan in words; a Premium plan that has ended says so."""
    ended = site.feature_plan == Site.FeaturePlan.PREMIUM and not site.is_premium()
    return _("Premium, ended") if ended else str(site.get_feature_plan_display())
