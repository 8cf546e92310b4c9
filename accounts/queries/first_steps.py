"""What is left to ask somebody before the work begins: policies, the provider's card, the email."""

from enum import Enum

from django.db.models import Q

from ..models import EmailConfirmation, PolicyAgreement, PolicyVersion, ProviderInfo, Role, User
from .policies import in_force


class Step(Enum):
    """The steps, in their order."""

    POLICIES = "policies"
    PROVIDER = "provider"
    EMAIL = "email"


PROVIDERS = (Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER)
"""Who is asked about the own company after the first agreement."""


def next_step(user: User) -> Step | None:
    """The first step that is open; None when nothing is left.

    The operator is asked nothing: whoever mends a mail server that is down must get in.
    """
    if user.role == Role.OPERATOR:
        return None
    if to_agree(user):
        return Step.POLICIES
    if asks_provider(user):
        return Step.PROVIDER
    return Step.EMAIL if asks_email(user) else None


def to_agree(user: User) -> list[PolicyVersion]:
    """The versions in force for this role that the person has not agreed to."""
    kinds = PolicyVersion.kinds_for(Role(user.role))
    current = in_force(kinds)
    agreed = PolicyAgreement.objects.filter(user=user, version__in=current)
    known = set(agreed.values_list("version_id", flat=True)) if current else set()
    return [version for version in current if version.pk not in known]


def asks_provider(user: User) -> bool:
    """Whether the person's company was never asked about itself. It is asked after an agreement."""
    if user.role not in PROVIDERS or not PolicyAgreement.objects.filter(user=user).exists():
        return False
    return not ProviderInfo.objects.filter(organisation=user.organisation_id).exists()


def asks_email(user: User) -> bool:
    """Whether the person's address is yet to be proven. A resident without one needs none."""
    if user.email_confirmed_at is not None and user.email:
        return False
    return user.role != Role.RESIDENT or bool(user.email)


def asked_address(user: User) -> EmailConfirmation | None:
    """The address that waits to be confirmed, even when its link is too old by now."""
    return EmailConfirmation.objects.filter(Q(used_at=None), user=user).first()
