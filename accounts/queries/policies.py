"""Which policies are in force, and the company that stands behind them for a reader."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartplus.kernel.words import _

from ..models import Organisation, PolicyVersion, ProviderInfo, User
from .support import companies_of

FIELDS = ("company", "address", "mobile", "email", "tax_id", "website")


@dataclass(frozen=True)
class Card:
    """A service provider as end users read about it."""

    company: str
    address: str = ""
    mobile: str = ""
    email: str = ""
    tax_id: str = ""
    website: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(label, value) of what is known."""
        labels = (_("Company"), _("Address"), _("Mobile"), _("Email"), _("Tax ID"), _("Website"))
        said = [(label, getattr(self, name)) for label, name in zip(labels, FIELDS, strict=True)]
        return [(label, value) for label, value in said if value]


def in_force(kinds: Iterable[str]) -> list[PolicyVersion]:
    """The newest published version of each of these kinds."""
    rows = PolicyVersion.objects.filter(kind__in=list(kinds), published_at__isnull=False)
    return list(rows.order_by("kind", "-number").distinct("kind"))


def current(kind: str) -> PolicyVersion | None:
    """The version of this policy that is in force."""
    return next(iter(in_force([kind])), None)


def cards_for(user: User) -> list[Card]:
    """Who stands behind the service of this person: of each company that looks after them the nearest
    card at or above it, else the platform's own.
    """
    companies = list(companies_of(user))
    chains = [[int(step) for step in one.path.split(".") if step][::-1] for one in companies]
    numbers = {number for chain in chains for number in chain}
    known = {row.organisation_id: row for row in ProviderInfo.objects.filter(organisation__in=numbers)}
    filled = {number: row for number, row in known.items() if any(getattr(row, name) for name in FIELDS)}
    found = [next((filled[number] for number in chain if number in filled), None) for chain in chains]
    cards = list(dict.fromkeys(_card(row) for row in found if row is not None))
    return cards if cards and None not in found else [*cards, *_platform(cards)]


def _card(row: ProviderInfo) -> Card:
    return Card(**{name: getattr(row, name) for name in FIELDS})


def _platform(cards: list[Card]) -> list[Card]:
    """The platform's own card, once."""
    root = Organisation.objects.filter(kind=Organisation.Kind.PLATFORM).first()
    if root is None:
        return []
    row = ProviderInfo.objects.filter(organisation=root).first()
    filled = row is not None and any(getattr(row, name) for name in FIELDS)
    own = _card(row) if row is not None and filled else Card(root.name, mobile=root.phone, email=root.email)
    return [] if own in cards else [own]
