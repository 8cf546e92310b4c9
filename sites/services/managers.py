"""Who works for a site: its property managers, and the sub-installers it was given to."""

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.models import Role, User
from sites.models import Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .guards import hold

LISTS = {Role.PROPERTY_MANAGER: "managers", Role.SUB_INSTALLER: "given_to"}
"""Which list of a site holds people of a role."""


def set_managers(*, scope: Scope, site: Site, user_ids: Iterable[int]) -> None:
    """Let exactly these property managers run the site. Raises `Refused` for others' people."""
    _set(scope, site, Role.PROPERTY_MANAGER, set(user_ids))


def set_sub_installers(*, scope: Scope, site: Site, user_ids: Iterable[int]) -> None:
    """Give the site to exactly these sub-installers. Raises `Refused` as `set_managers`."""
    _set(scope, site, Role.SUB_INSTALLER, set(user_ids))


@transaction.atomic
def set_sites_of(*, scope: Scope, user: User, site_ids: Iterable[int]) -> None:
    """Let a property manager or sub-installer work for exactly these sites.

    Raises `Refused` when a site is not one of the person's installer.
    """
    role = Role(user.role)
    if role not in LISTS:
        raise Refused(_("Only property managers and sub-installers are given sites."), code="role")
    wanted = set(site_ids)
    sites = Site.objects.visible_to(scope).filter(organisation=user.organisation_id)
    reachable = {site.pk: site for site in sites.select_for_update(no_key=True, of=("self",)).order_by("pk")}
    if wanted - reachable.keys():
        raise Refused(_("One of these sites belongs to another installer."), field="sites", code="foreign")
    name = LISTS[role]
    present = set(getattr(user, _reverse(role)).filter(pk__in=reachable).values_list("pk", flat=True))
    for pk in sorted(wanted ^ present):
        people = getattr(reachable[pk], name)
        before = _people(reachable[pk], role)
        people.add(user) if pk in wanted else people.remove(user)
        _record(scope, reachable[pk], role, before)


def _reverse(role: Role) -> str:
    return "managed_sites" if role == Role.PROPERTY_MANAGER else "given_sites"


@transaction.atomic
def _set(scope: Scope, site: Site, role: Role, wanted: set[int]) -> None:
    site = hold(scope, site)
    name = LISTS[role]
    of_installer = User.objects.filter(
        organisation=site.organisation_id, role=role, is_active=True, pk__in=wanted
    )
    if of_installer.count() != len(wanted):
        raise Refused(
            _("Somebody of these does not work for this site’s installer."), field=name, code="foreign"
        )
    before = _people(site, role)
    getattr(site, name).set(wanted)
    _record(scope, site, role, before)


def _people(site: Site, role: Role) -> list[str]:
    return sorted(user.username for user in getattr(site, LISTS[role]).all())


def _record(scope: Scope, site: Site, role: Role, before: list[str]) -> None:
    name, after = LISTS[role], _people(site, role)
    if before != after:
        audit.record(scope, f"site.{name}", site, before={name: before}, after={name: after}, site_id=site.pk)
