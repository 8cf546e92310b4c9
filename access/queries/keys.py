"""PINs and cards to be shown: masked for everybody who manages them, in clear only by a service."""

from collections.abc import Iterable
from dataclasses import dataclass

from access.models import Credential
from sites.models import Residency

HIDDEN = "••••"


@dataclass(frozen=True)
class Keys:
    """What a person shows at doors, in clear."""

    pin: str
    cards: tuple[str, ...]


@dataclass(frozen=True)
class MaskedKey:
    """A PIN or card by its outside: the last four of a card, nothing of a PIN."""

    pk: int
    kind: str
    text: str


def keys_of(person: Residency) -> Keys:
    """The values, decrypted. Not for pages: `services.reveal` says who may see them and writes it down."""
    rows = Credential.objects.filter(residency=person).order_by("pk")
    values = [(kind, str(value)) for kind, value in rows.values_list("kind", "value")]
    pin = next((value for kind, value in values if kind == Credential.Kind.PIN), "")
    return Keys(pin, tuple(value for kind, value in values if kind == Credential.Kind.CARD))


def masked(person: Residency) -> list[MaskedKey]:
    """What a person has, PIN first."""
    rows: Iterable[tuple[int, str, object]] = (
        Credential.objects.filter(residency=person).order_by("-kind", "pk").values_list("pk", "kind", "value")
    )
    return [
        MaskedKey(pk, kind, HIDDEN if kind == Credential.Kind.PIN else f"{HIDDEN}{str(value)[-4:]}")
        for pk, kind, value in rows
    ]
