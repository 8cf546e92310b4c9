"""What PINs and cards must be before they are given: their form, and whether they are free."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from access.models import Credential
from accounts.permissions import Can
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .codes import key_of, plain_card, plain_pin

PIN, CARD = Credential.Kind.PIN, Credential.Kind.CARD
MOST_CARDS = 20

PIN_TAKEN = _("Choose another PIN: somebody uses this one already.")
CARD_TAKEN = _("Choose another card: this one opens for somebody else already.")


def checked_pins(
    site_id: int, pins: Mapping[int, str], spaces: Mapping[int, int]
) -> dict[int, tuple[str, bytes]]:
    """Residency to (PIN, key), blank for "none". Raises `RefusedMany`."""
    refusals: dict[int, Refused] = {}
    values: dict[int, tuple[str, bytes]] = {}
    for person, text in pins.items():
        try:
            pin = plain_pin(text) if text.strip() else ""
            values[person] = (pin, key_of(PIN, pin) if pin else b"")
        except Refused as refusal:
            refusals[person] = refusal
    taken = _taken(site_id, PIN, [key for _pin, key in values.values()], but=spaces)
    wanted = Counter((spaces[person], key) for person, (_pin, key) in values.items())
    for person, (pin, key) in values.items():
        place = (spaces[person], key)
        if pin and (place in taken or wanted[place] > 1):
            refusals[person] = Refused(PIN_TAKEN, field="pin", code="pin-taken")
    if refusals:
        raise RefusedMany(refusals)
    return values


def checked_cards(
    scope: Scope, site_id: int, cards: Mapping[int, Sequence[str]], present: Mapping[int, set[bytes]]
) -> dict[bytes, tuple[int, str]]:
    """Key to (residency, card) of those that are new. Raises `RefusedMany`."""
    refusals: dict[int, Refused] = {}
    values: list[tuple[int, str, bytes]] = []
    for person, numbers in cards.items():
        try:
            values += [(person, card, key_of(CARD, card)) for card in map(plain_card, numbers)]
        except Refused as refusal:
            refusals[person] = refusal
    taken = _taken(site_id, CARD, [key for _person, _card, key in values], but=())
    owners = {key: owner for (_space, key), owner in taken.items()}
    held = {pk: set(keys) for pk, keys in present.items()}
    fresh: dict[bytes, tuple[int, str]] = {}
    for person, card, key in values:
        owner = owners.setdefault(key, person)
        if owner != person:
            refusals[person] = _card_refusal(scope, owner)
            continue
        if key not in held[person]:
            held[person].add(key)
            fresh[key] = (person, card)
        if len(held[person]) > MOST_CARDS:
            refusals[person] = Refused(
                _("At most {n} cards a person.").format(n=MOST_CARDS), field="card", code="many"
            )
    if refusals:
        raise RefusedMany(refusals)
    return fresh


def spaces_of(site_id: int, people: Iterable[Residency]) -> dict[int, int]:
    """Where each person's PIN is unique: 0 = the site, else the apartment. Read under the lock."""
    whole = Site.objects.get(pk=site_id).pin_mode == Site.PinMode.PIN
    return {person.pk: 0 if whole else person.unit_id or 0 for person in people}


def _taken(
    site_id: int, kind: str, keys: Iterable[bytes], but: Iterable[int]
) -> dict[tuple[int, bytes], int]:
    """(space, key) to whose it is, for those of `keys` in use on the site by others than `but`."""
    rows = Credential.objects.filter(site=site_id, kind=kind, value_key__in=[key for key in keys if key])
    rows = rows.exclude(residency__in=list(but))
    found = rows.values_list("space", "value_key", "residency_id")
    return {(space, bytes(key)): residency for space, key, residency in found}


def _card_refusal(scope: Scope, owner_id: int) -> Refused:
    """Managers may know whose it is; everybody else only hears to take another."""
    if not scope.can(Can.CREDENTIALS_VIEW):
        return Refused(CARD_TAKEN, field="card", code="card-taken")
    owner = Residency.objects.get(pk=owner_id)
    whose = ", ".join(filter(None, [owner.full_name, owner.place_label]))
    return Refused(
        _("Already belongs to {whose}. A card opens for one person.").format(whose=whose),
        field="card",
        code="card-taken",
    )
