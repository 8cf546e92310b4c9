"""Policies agreed to, the provider's card, and when nothing is left to ask at the login."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import Organisation, PolicyAgreement, ProviderInfo, User
from ..queries.first_steps import PROVIDERS, Step, next_step, to_agree
from ..queries.policies import FIELDS


@transaction.atomic
def settle(*, user: User) -> Step | None:
    """The step that is open; when there is none, remember so, and later requests ask nothing any more.

    The row is held: a version published meanwhile either is seen here, or empties the mark after us.
    Not in the trail: it is only what the other rows tell.
    """
    kept: User = User.objects.select_for_update().get(pk=user.pk)
    step = next_step(kept)
    if step is None and kept.welcomed_at is None:
        kept.welcomed_at = timezone.now()
        kept.save(update_fields=["welcomed_at"])
    return step


def ask_again(*, roles: Iterable[str]) -> None:
    """All people of these roles are looked at anew at their next click."""
    User.objects.filter(role__in=list(roles)).update(welcomed_at=None)


def _only_for_oneself(scope: Scope) -> None:
    if scope.acting:
        raise Refused(_("Nobody agrees in the name of somebody else."), code="acting")


@transaction.atomic
def agree(*, scope: Scope, version_ids: Iterable[int]) -> list[PolicyAgreement]:
    """The person agrees to these versions, which were shown. Raises `Refused` when others are in force."""
    _only_for_oneself(scope)
    user: User = User.objects.select_for_update().get(pk=scope.user_id)
    open_ones = to_agree(user)
    if {version.pk for version in open_ones} - set(version_ids):
        raise Refused(_("There is a newer version. Read it, please."), code="newer")
    made = [
        PolicyAgreement.objects.create(user=user, version=version, address=scope.address or None)
        for version in open_ones
    ]
    for version in open_ones:
        audit.record(scope, "policy.agree", version, after={"version": version.number})
    return made


@transaction.atomic
def disagree(*, scope: Scope) -> None:
    """The person does not agree; nothing is kept of it but a line in the trail."""
    _only_for_oneself(scope)
    user = User.objects.get(pk=scope.user_id)
    for version in to_agree(user):
        audit.record(scope, "policy.disagree", version, after={"version": version.number})


@transaction.atomic
def save_provider(*, scope: Scope, values: Mapping[str, str]) -> ProviderInfo:
    """What end users read about the own company. Raises `Refused`."""
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=scope.org_id or 0)
    if values.keys() - set(FIELDS):
        raise Refused(_("There is no such field."), code="not-allowed")
    row = ProviderInfo.objects.filter(organisation=organisation).first()
    before = None if row is None else audit.snapshot(row, FIELDS)
    row = row or ProviderInfo(organisation=organisation)
    for name, value in values.items():
        setattr(row, name, value.strip())
    if not row.company and any(getattr(row, name) for name in FIELDS):
        raise Refused(_("Give the name of the company."), field="company")
    row.save()
    audit.record(scope, "provider_info.change", row, before=before, after=audit.snapshot(row, FIELDS))
    return row


@transaction.atomic
def skip_provider(*, scope: Scope) -> None:
    """Asked and skipped: the platform's own is shown until something is filled in in Settings."""
    _only_for_oneself(scope)
    if scope.role in PROVIDERS:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=scope.org_id or 0)
        ProviderInfo.objects.get_or_create(organisation=organisation)


@transaction.atomic
def save_customer_service(*, scope: Scope, phone: str, email: str, receives_feedback: bool) -> Organisation:
    """Where people reach the own company, and whether it takes their feedback. Raises `Refused`."""
    kept: Organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=scope.org_id or 0)
    fields = ("service_phone", "service_email", "receives_feedback")
    before = audit.snapshot(kept, fields)
    kept.service_phone, kept.service_email = phone.strip(), email.strip()
    kept.receives_feedback = receives_feedback
    kept.save(update_fields=fields)
    audit.record(scope, "customer_service.change", kept, before=before, after=audit.snapshot(kept, fields))
    return kept
