"""PINs and RF cards of residents: checked, unique in their space, told to the doors.

Plural and set-based; one person is the plural with one row. Values never appear in messages,
logs or the audit trail.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from access.models import Credential, Subject
from access.statements import run
from accounts import audit
from sites.models import Residency, Site
from sites.services.plans import need_controls
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import encrypt
from smartplus.kernel.words import _

from . import checks, rights
from .codes import draw_pin
from .locks import access_lock

PIN, CARD = Credential.Kind.PIN, Credential.Kind.CARD

NOTHING: Mapping[int, Any] = {}

_INSERT = """
INSERT INTO access_credential (site_id, residency_id, kind, value, value_key, space, created_at)
SELECT %s, owner, kind, value, key, space, now()
FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::bigint[])
    AS row(owner, kind, value, key, space)
"""


def set_pins(*, scope: Scope, site: Site, pins: Mapping[int, str]) -> int:
    """`give_keys` for PINs alone. Returns how many changed."""
    return give_keys(scope=scope, site=site, pins=pins)


def add_cards(*, scope: Scope, site: Site, cards: Mapping[int, Sequence[str]]) -> int:
    """`give_keys` for RF cards alone. Returns how many are new."""
    return give_keys(scope=scope, site=site, cards=cards)


@transaction.atomic
def give_keys(
    *,
    scope: Scope,
    site: Site,
    pins: Mapping[int, str] = NOTHING,
    cards: Mapping[int, Sequence[str]] = NOTHING,
) -> int:
    """Give residents (by id) of a site their PINs (a blank takes it away) and further RF cards.

    A PIN is unique on the site in PIN mode, within the apartment in APT + PIN mode; a card on the
    site; what somebody has already is left as it is. Returns how many PINs and cards changed.
    All or none: raises `RefusedMany` by residency id (field `pin` or `card`): a bad form, a PIN that
    starts with 9, a PIN in use (whose is never said), more than 20 cards, a card of somebody else
    (who it is is said to whom may know), something wanted twice. `Refused` for PINs where the plan of the
    site keeps them from its managers.
    """
    if pins:
        need_controls(scope, site, "pin")
    access_lock([site.pk])
    people = _people(site.pk, {*pins, *cards})
    spaces = checks.spaces_of(site.pk, people.values())
    values = checks.checked_pins(site.pk, pins, spaces)
    fresh = checks.checked_cards(scope, site.pk, cards, _present(CARD, cards))
    present = _present(PIN, pins)
    changed = {pk: value for pk, value in values.items() if {value[1]} - {b""} != present[pk]}
    Credential.objects.filter(kind=PIN, residency__in=[pk for pk in changed if present[pk]]).delete()
    _write(
        site.pk,
        [
            *((pk, str(PIN), pin, key, spaces[pk]) for pk, (pin, key) in changed.items() if pin),
            *((owner, str(CARD), card, key, 0) for key, (owner, card) in fresh.items()),
        ],
    )
    counts = Counter(owner for owner, _card in fresh.values())
    told = sorted({*changed, *counts})
    _record(
        scope, site, [people[pk] for pk in told], {pk: pin for pk, (pin, _key) in changed.items()}, counts
    )
    _tell(site.pk, told)
    return len(changed) + len(fresh)


@transaction.atomic
def remove_credentials(*, scope: Scope, credentials: Sequence[Credential]) -> None:
    """Take PINs or cards away at once. Raises `Refused` for a PIN the plan keeps from managers."""
    site_ids = {credential.site_id for credential in credentials}
    access_lock(site_ids)
    still = list(
        Credential.objects.filter(pk__in=[row.pk for row in credentials]).select_related("residency")
    )
    for site_id in sorted(site_ids):
        mine = [row for row in still if row.site_id == site_id]
        if any(row.kind == PIN for row in mine):
            need_controls(scope, Site.objects.get(pk=site_id), "pin")
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
    space = checks.spaces_of(site.pk, [residency])[residency.pk] if residency else 0
    rows = Credential.objects.filter(site=site, kind=PIN, space=space).values_list("value_key", flat=True)
    return draw_pin({bytes(key) for key in rows})


def _people(site_id: int, residency_ids: Collection[int]) -> dict[int, Residency]:
    named = Residency.objects.filter(site=site_id).only("first_name", "last_name", "unit_id")
    found = named.in_bulk(residency_ids)
    if len(found) != len(residency_ids):
        raise Refused(_("One of these people does not live on this site."), code="foreign-person")
    return found


def _present(kind: str, people: Iterable[int]) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = {pk: set() for pk in people}
    rows = Credential.objects.filter(kind=kind, residency__in=found)
    for residency_id, key in rows.values_list("residency_id", "value_key"):
        found[residency_id].add(bytes(key))
    return found


def _write(site_id: int, rows: Iterable[tuple[int, str, str, bytes, int]]) -> None:
    """Rows of (residency, kind, value, key, space), encrypted here, in one statement."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        owners, kinds, values, keys, spaces = columns
        purpose = Credential._meta.get_field("value").purpose
        run(_INSERT, [site_id, owners, kinds, [encrypt(value, purpose) for value in values], keys, spaces])


def _record(
    scope: Scope, site: Site, people: Iterable[Residency], pins: Mapping[int, str], cards: Mapping[int, int]
) -> None:
    """One entry a person: that the PIN changed or went, and how many cards came."""
    entries: dict[str, list[audit.Change]] = {"pin.change": [], "card.add": [], "keys.change": []}
    for person in people:
        after: dict[str, object] = {}
        if person.pk in pins:
            after["pin"] = audit.SECRET if pins[person.pk] else ""
        if person.pk in cards:
            after |= {"card": audit.SECRET, "cards": cards[person.pk]}
        verb = "keys.change" if len(after) == 3 else "card.add" if "card" in after else "pin.change"
        entries[verb].append((person, None, after))
    for verb, changes in entries.items():
        audit.record_many(scope, verb, changes, site_id=site.pk)


def _tell(site_id: int, residency_ids: Sequence[int]) -> None:
    people = Subject.objects.filter(residency__in=residency_ids).values_list("pk", flat=True)
    rights.touch(site_id, people, urgent=len(residency_ids) <= rights.FEW)
