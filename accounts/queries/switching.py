"""Switching into an installer's login: to whom it is open, and which stay still holds."""

from django.db.models import QuerySet
from django.utils import timezone

from smartplus.kernel.scoping import Scope

from ..models import Organisation, Role, Switch, User
from ..models.organisations import GONE

ENTERERS = frozenset({Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR})
"""Who may be in the account of an installer below."""


def is_granted(organisation: Organisation) -> bool:
    """Whether those above offer it and the company has agreed for now."""
    until = organisation.switching_until
    return organisation.switching_offered and until is not None and until > timezone.now()


def lock_of(organisation: Organisation) -> str:
    """How a list shows it: "open" (can be entered), "closed" (offered, not granted), "" (not offered)."""
    if organisation.kind != Organisation.Kind.INSTALLER or not organisation.switching_offered:
        return ""
    return "open" if is_granted(organisation) else "closed"


def logins_of(organisation: Organisation) -> QuerySet[User]:
    """The logins that can be entered: the company's own installers, the oldest first."""
    people: QuerySet[User] = User.objects.filter(organisation=organisation, role=Role.INSTALLER)
    return people.filter(is_active=True).order_by("pk")


def may_be_in(actor: User, into: User) -> bool:
    """Whether `actor` may act in this login by the offer and the grant of now; both with their companies."""
    above, company = actor.organisation, into.organisation
    if above is None or company is None:
        return False
    return (
        actor.role in ENTERERS
        and into.role == Role.INSTALLER
        and _is_in(actor)
        and _is_in(into)
        and company.pk != above.pk
        and company.path.startswith(above.path)
        and GONE not in company.path
        and is_granted(company)
    )


def _is_in(user: User) -> bool:
    return bool(user.is_active and user.organisation and user.organisation.is_active)


def held(number: int, actor: User) -> Switch | None:
    """The stay a session speaks of, with all that decides about it, in one query; only the actor's own."""
    found = Switch.objects.select_related("into__organisation", "organisation")
    switch: Switch | None = found.filter(pk=number, actor=actor).first()
    if switch is not None:
        switch.actor = actor
    return switch


def still_holds(switch: Switch, actor: User) -> bool:
    """Whether this stay still lets its actor act in the account."""
    return (
        not switch.is_over
        and switch.into is not None
        and switch.into.organisation_id == switch.organisation_id
        and may_be_in(actor, switch.into)
    )


def own_stays(scope: Scope, rows: QuerySet[Switch]) -> QuerySet[Switch]:
    """Those of `rows` in an installer's own company; for others those of their colleagues elsewhere."""
    if scope.role == Role.INSTALLER:
        return rows.filter(organisation=scope.org_id)
    return rows.filter(actor__organisation=scope.org_id)
