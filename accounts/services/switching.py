"""Acting in an installer's login: offered by those above, granted by the installer, ended by either.

Nothing here touches a session: it keeps the number of the stay, `accounts/middleware.py` asks anew
at each request whether the stay still holds.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import Organisation, Role, Switch, User
from ..permissions import scope_for
from ..queries import switching as queries
from . import telling

LONGEST = timedelta(hours=8)
"""Nobody stays longer without asking again."""
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for "until revoked"."""
LENGTHS: dict[str, timedelta | None] = {
    "1": timedelta(days=1),
    "7": timedelta(days=7),
    "30": timedelta(days=30),
    "revoked": None,
}
"""For how long an installer may grant it."""

SAID = {
    Switch.End.RETURNED: _("You have returned from this account."),
    Switch.End.REVOKED: _("The installer has taken the permission back."),
    Switch.End.WITHDRAWN: _("Access without password is no longer offered to this installer."),
    Switch.End.EXPIRED: _("The time was up."),
    Switch.End.SIGNED_OUT: _("You have signed out."),
    Switch.End.REFUSED: _("The account may not be entered any more."),
}


@transaction.atomic
def grant(*, scope: Scope, length: str) -> Organisation:
    """Let those above in for so long (a key of LENGTHS). Raises `Refused`."""
    company = _own(scope)
    if not company.switching_offered:
        raise Refused(_("Your distributor does not offer this."), code="not-offered")
    if length not in LENGTHS:
        raise Refused(_("Choose how long."), field="length", code="bad-length")
    span = LENGTHS[length]
    until = FOREVER if span is None else timezone.now() + span
    _agree(scope, company, "switching.grant", until)
    return company


@transaction.atomic
def revoke(*, scope: Scope) -> Organisation:
    """Take the permission back; whoever is inside is out at the next click. Raises `Refused`."""
    company = _own(scope)
    _agree(scope, company, "switching.revoke", None)
    _end_all(company, Switch.End.REVOKED)
    return company


@transaction.atomic
def offer_changed(*, scope: Scope, organisation: Organisation) -> None:
    """Those above offer it, or no longer do: then the grant is void, and nobody is inside any more.

    A new offer finds the permission off, as at the beginning.
    """
    _agree(scope, organisation, "switching.withdraw", None)
    _end_all(organisation, Switch.End.WITHDRAWN)


@transaction.atomic
def start(*, scope: Scope, organisation: Organisation, into: User | None = None) -> Switch:
    """Go into the login of an installer below: the chosen one, else its first. Raises `Refused`.

    The installer gets a letter.
    """
    if scope.acting:
        raise Refused(_("Return to your own account first."), code="acting")
    company = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    actor: User = User.objects.select_related("organisation").get(pk=scope.user_id)
    login = queries.logins_of(company).select_related("organisation")
    entered: User | None = login.filter(pk=into.pk).first() if into else login.first()
    if entered is None:
        raise Refused(_("This company has no active login to switch into."), code="no-login")
    if not queries.may_be_in(actor, entered):
        raise Refused(_("The installer has not granted access without password."), code="not-granted")
    now = timezone.now()
    assert company.switching_until is not None
    switch = Switch(
        organisation=company, actor=actor, actor_name=actor.signature, into=entered,
        into_name=entered.signature, started_at=now, expires_at=min(now + LONGEST, company.switching_until),
    )  # fmt: skip
    switch.save(force_insert=True)
    audit.record(_inside(scope, switch), "switch.start", switch, after={"until": switch.expires_at})
    telling.entered(switch)
    return switch


@transaction.atomic
def end(*, switch: Switch, actor: User, reason: Switch.End, request_id: str = "", address: str = "") -> None:
    """Write down that a stay is over; a second time changes nothing."""
    now = timezone.now()
    ended = Switch.objects.filter(pk=switch.pk, actor=actor, ended_at=None)
    at = min(now, switch.expires_at)
    if ended.update(ended_at=at, end_reason=reason):
        scope = scope_for(actor, request_id=request_id, address=address)
        audit.record(_inside(scope, switch), "switch.end", switch, after={"reason": reason.label})


def abandon(number: int) -> None:
    """The actor of a stay was switched off meanwhile: it is over for good."""
    found = Switch.objects.filter(pk=number, ended_at=None, expires_at__gt=timezone.now())
    found.update(ended_at=timezone.now(), end_reason=Switch.End.REFUSED)


def why_over(switch: Switch, actor: User) -> Switch.End:
    """Why a stay does not hold any more, as far as the row and its company tell."""
    if switch.end_reason:
        return Switch.End(switch.end_reason)
    if switch.is_over:
        return Switch.End.EXPIRED
    if not switch.organisation.switching_offered:
        return Switch.End.WITHDRAWN
    return Switch.End.REFUSED if queries.is_granted(switch.organisation) else Switch.End.REVOKED


def _own(scope: Scope) -> Organisation:
    """The installer's own company, for the one who may decide: its installer, in person."""
    if scope.acting or scope.role != Role.INSTALLER or not scope.org_id:
        raise Refused(_("Only the installer decides this."), code="not-allowed")
    own: Organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=scope.org_id)
    return own


def _agree(scope: Scope, company: Organisation, verb: str, until: datetime | None) -> None:
    before = {"switching_until": company.switching_until}
    company.switching_until = until
    company.save(update_fields=["switching_until"])
    audit.record(scope, verb, company, before=before, after={"switching_until": until})


def _end_all(company: Organisation, reason: Switch.End) -> None:
    now = timezone.now()
    inside = Switch.objects.filter(organisation=company, ended_at=None, expires_at__gt=now)
    inside.update(ended_at=now, end_reason=reason)


def _inside(scope: Scope, switch: Switch) -> Scope:
    """The scope of the stay, so that the trail of the company names who acted and as whom."""
    if switch.into is None:
        return scope
    return replace(
        scope_for(switch.into), actor_id=scope.user_id, actor_name=scope.user_name,
        request_id=scope.request_id, address=scope.address,
    )  # fmt: skip
