"""PINs and RF cards of residents: checked, unique in their space, told to the doors.

Plural and set-based; one person is the plural with one row. Values never appear in messages,
logs or the audit trail.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from access.models import Credential, Subject
from accounts import audit
from accounts.permissions import Can
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope

from . import rights
from .codes import draw_pin, key_of, plain_card, plain_pin
from .locks import access_lock

PIN, CARD = Credential.Kind.PIN, Credential.Kind.CARD
MOST_CARDS = 20

PIN_TAKEN = "Choose another PIN: somebody uses this one already."
CARD_TAKEN = "Choose another card: this one opens for somebody else already."


@transaction.atomic
def set_pins(*, scope: Scope, site: Site, pins: Mapping[int, str]) -> int:
    """Give residents (by id) of a site their PINs; a blank takes it away. Returns how many changed.

    Unique on the site in PIN mode, within the apartment in APT + PIN mode. All or none: raises
    `RefusedMany` by residency id (field `pin`) for a bad form, one that starts with 9, one in use
    (whose is never said) or wanted twice.
    """
    access_lock([site.pk])
    people = _people(site.pk, pins)
    spaces = _spaces(site.pk, people.values())
    values = _checked_pins(site.pk, pins, spaces)
    present = _present(PIN, people)
    changed = {pk: value for pk, value in values.items() if {value[1]} - {b""} != present[pk]}
    Credential.objects.filter(kind=PIN, residency__in=changed).delete()
    _write(site.pk, PIN, [(pk, pin, key, spaces[pk]) for pk, (pin, key) in changed.items() if pin])
    audit.record_many(
        scope,
        "pin.change",
        [(people[pk], None, {"pin": audit.SECRET if pin else ""}) for pk, (pin, _) in changed.items()],
        site_id=site.pk,
    )
    _tell(site.pk, list(changed))
    return len(changed)


@transaction.atomic
def add_cards(*, scope: Scope, site: Site, cards: Mapping[int, Sequence[str]]) -> int:
    """Give residents (by id) of a site RF cards besides those they have. Returns how many are new.

    A card they have already is left as it is. All or none: raises `RefusedMany` by residency id
    (field `card`) for a bad form, more than 20 cards a person, or a card of somebody else of the
    site (who it is is said to whom may know).
    """
    access_lock([site.pk])
    people = _people(site.pk, cards)
    fresh = _checked_cards(scope, site.pk, cards, _present(CARD, people))
    _write(site.pk, CARD, [(owner, card, key, 0) for key, (owner, card) in fresh.items()])
    counts = Counter(owner for owner, _ in fresh.values())
    audit.record_many(
        scope,
        "card.add",
        [(people[pk], None, {"card": audit.SECRET, "cards": count}) for pk, count in counts.items()],
        site_id=site.pk,
    )
    _tell(site.pk, list(counts))
    return len(fresh)


@transaction.atomic
def remove_credentials(*, scope: Scope, credentials: Sequence[Credential]) -> None:
    """Take PINs or cards away at once."""
    site_ids = {credential.site_id for credential in credentials}
    access_lock(site_ids)
    still = list(
        Credential.objects.filter(pk__in=[row.pk for row in credentials]).select_related("residency")
    )
    for site_id in sorted(site_ids):
        mine = [row for row in still if row.site_id == site_id]
        audit.record_many(
            scope,
            "credential.remove",
            [(row.residency, {str(row.kind): audit.SECRET}, None) for row in mine],
            site_id=site_id,
        )
        Credential.objects.filter(pk__in=[row.pk for row in mine]).delete()
        _tell(site_id, [row.residency_id for row in mine])


def drop_all(residency_ids: Iterable[int]) -> None:
    """All that these people show at doors, when they leave. The caller holds the lock and calls `follow`."""
    Credential.objects.filter(residency__in=list(residency_ids)).delete()


@transaction.atomic
def generate_pin(*, site: Site, residency: Residency | None = None) -> str:
    """A free PIN of six random digits for somebody of the site; nothing is written."""
    space = _spaces(site.pk, [residency])[residency.pk] if residency else 0
    rows = Credential.objects.filter(site=site, kind=PIN, space=space).values_list("value_key", flat=True)
    return draw_pin({bytes(key) for key in rows})


def _checked_pins(
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
    taken = _taken(site_id, PIN, [key for _, key in values.values()], but=spaces)
    wanted = Counter((spaces[person], key) for person, (_, key) in values.items())
    for person, (pin, key) in values.items():
        place = (spaces[person], key)
        if pin and (place in taken or wanted[place] > 1):
            refusals[person] = Refused(PIN_TAKEN, field="pin", code="pin-taken")
    if refusals:
        raise RefusedMany(refusals)
    return values


def _checked_cards(
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
    taken = _taken(site_id, CARD, [key for _, _, key in values], but=())
    owners = {key: owner for (_, key), owner in taken.items()}
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
            refusals[person] = Refused(f"At most {MOST_CARDS} cards a person.", field="card", code="many")
    if refusals:
        raise RefusedMany(refusals)
    return fresh


def _people(site_id: int, residency_ids: Collection[int]) -> dict[int, Residency]:
    found = Residency.objects.filter(site=site_id).in_bulk(residency_ids)
    if len(found) != len(residency_ids):
        raise Refused("One of these people does not live on this site.", code="foreign-person")
    return found


def _spaces(site_id: int, people: Iterable[Residency]) -> dict[int, int]:
    """Where each person's PIN is unique: 0 = the site, else the apartment. Read under the lock."""
    whole = Site.objects.get(pk=site_id).pin_mode == Site.PinMode.PIN
    return {person.pk: 0 if whole else person.unit_id or 0 for person in people}


def _present(kind: str, people: Iterable[int]) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = {pk: set() for pk in people}
    rows = Credential.objects.filter(kind=kind, residency__in=found)
    for residency_id, key in rows.values_list("residency_id", "value_key"):
        found[residency_id].add(bytes(key))
    return found


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
        f"Already belongs to {whose}. A card opens for one person.", field="card", code="card-taken"
    )


def _write(site_id: int, kind: str, rows: Iterable[tuple[int, str, bytes, int]]) -> None:
    Credential.objects.bulk_create(
        [
            Credential(
                site_id=site_id, residency_id=owner, kind=kind, value=value, value_key=key, space=space
            )
            for owner, value, key, space in rows
        ],
        batch_size=2000,
    )


def _tell(site_id: int, residency_ids: Sequence[int]) -> None:
    people = Subject.objects.filter(residency__in=residency_ids).values_list("pk", flat=True)
    rights.touch(site_id, people, urgent=len(residency_ids) <= rights.FEW)
