"""Who looks after whom: the company a person turns to, and the one that takes feedback."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from smartplus.kernel.scoping import Scope

from ..models import Feedback, Organisation, Role, User

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Contact:
    """Where one reaches a company."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Provider:
    """A company that looks after a person, and the one that takes the person's feedback (None: nobody)."""

    company: Organisation
    receiver: Organisation | None

    @property
    def contact(self) -> Contact:
        """Its customer service, else what is known of the company itself."""
        own = self.company
        return Contact(own.name, own.service_phone or own.phone, own.service_email or own.email)


def providers(user: User) -> list[Provider]:
    """Who looks after a person: the installers of a resident's homes, a manager's own, else the parent."""
    companies = list(companies_of(user))
    receivers = _receivers(companies)
    return [Provider(company, receivers.get(company.pk)) for company in companies]


def providers_of(scope: Scope) -> list[Provider]:
    """Who looks after the reader."""
    user = User.objects.select_related("organisation__parent").get(pk=scope.user_id)
    return providers(user)


def companies_of(user: User) -> Iterable[Organisation]:
    """The companies right behind a person: several only for a resident with homes at several installers."""
    if user.role == Role.RESIDENT:
        homes = Organisation.objects.standing().filter(sites__residencies__user=user)
        return homes.distinct().order_by("name", "pk")
    own = user.organisation
    if own is not None and user.role != Role.PROPERTY_MANAGER:
        own = own.parent
    return [own] if own is not None else []


def _receivers(companies: list[Organisation]) -> dict[int, Organisation]:
    """For each company the nearest one, itself or above, that takes feedback."""
    chains = {one.pk: [int(step) for step in one.path.split(".") if step] for one in companies}
    wanted = {number for chain in chains.values() for number in chain}
    open_ones = Organisation.objects.standing().filter(receives_feedback=True, is_active=True)
    found = open_ones.in_bulk(wanted)
    nearest = {
        pk: next((found[number] for number in reversed(chain) if number in found), None)
        for pk, chain in chains.items()
    }
    return {pk: receiver for pk, receiver in nearest.items() if receiver is not None}


def sent_lately(user_id: int) -> QuerySet[Feedback]:
    """The feedback a person gave within a day."""
    return Feedback.objects.filter(user=user_id, created_at__gt=timezone.now() - A_DAY)


def own_feedback(scope: Scope) -> list[Feedback]:
    """The last things the reader wrote, newest first."""
    return list(Feedback.objects.filter(user=scope.user_id).order_by("-created_at")[:5])


def service_language(organisation: Organisation) -> str:
    """The language of a company's customer service: that of its oldest login."""
    people = User.objects.filter(organisation=organisation, is_active=True).order_by("pk")
    return people.values_list("language", flat=True).first() or ""
