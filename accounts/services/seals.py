"""Seals the audit trail: each minute what was committed is bound into a chain, one per organisation.

A seal's digest covers the seal before it and, of each of its entries, who did what when plus a
digest of the values. All digests are keyed, so somebody who can only write to the database
cannot make matching ones. Values may be erased later (their digest stays), and the oldest seals may be
dropped with their entries: the `previous` of the first one left is the anchor.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from ..models import AuditEntry, AuditSeal

log = logging.getLogger(__name__)

AT_ONCE = 5_000
"""Entries per seal at most; more become several seals."""
GENESIS = bytes(32)
"""What the first seal of an organisation follows."""
LATE = timedelta(minutes=10)
"""An entry without a seal that is older than this was not written by the portal, or the job is down."""


@dataclass(frozen=True)
class Verdict:
    """What `verify_chain` found. `problems` is empty when nothing was tampered with."""

    seals: int = 0
    entries: int = 0
    unsealed: int = 0
    anchored: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems


def seal_all() -> int:
    """Seal what is committed and not yet sealed, for every organisation; answers how many entries."""
    waiting = AuditEntry.objects.filter(seal=None).order_by("organisation_id")
    organisations = list(waiting.values_list("organisation_id", flat=True).distinct())
    return sum(seal(organisation_id) for organisation_id in organisations)


def seal(organisation_id: int | None) -> int:
    """Seal the waiting entries of one organisation (None: those of nobody); answers how many."""
    sealed = 0
    while count := _seal_some(organisation_id):
        sealed += count
    return sealed


@transaction.atomic
def _seal_some(organisation_id: int | None) -> int:
    _one_at_a_time(organisation_id)
    waiting = AuditEntry.objects.filter(_of(organisation_id), seal=None).order_by("pk")
    entries = list(waiting[:AT_ONCE])
    if not entries:
        return 0
    last = AuditSeal.objects.filter(_of(organisation_id)).order_by("-pk").first()
    previous = bytes(last.digest) if last else GENESIS
    digests = [_values_digest(entry) for entry in entries]
    made = AuditSeal.objects.create(
        organisation_id=organisation_id,
        first_id=entries[0].pk,
        last_id=entries[-1].pk,
        entries=len(entries),
        previous=previous,
        digest=_seal_digest(previous, zip(entries, digests, strict=True)),
    )
    _mark(made, entries, digests)
    log.info("audit: organisation %s sealed up to %s, %s", organisation_id, made.last_id, made.digest.hex())
    return len(entries)


def _of(organisation_id: int | None) -> Q:
    return Q(organisation__isnull=True) if organisation_id is None else Q(organisation=organisation_id)


def _one_at_a_time(organisation_id: int | None) -> None:
    """Two sealings of one organisation would follow the same seal and part the chain."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit.seal'), %s)", [organisation_id or 0])


def _mark(made: AuditSeal, entries: Sequence[AuditEntry], digests: Sequence[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {AuditEntry._meta.db_table} AS entry SET seal_id = %s, values_digest = new.digest"
            " FROM unnest(%s::bigint[], %s::bytea[]) AS new(id, digest) WHERE entry.id = new.id",
            [made.pk, [entry.pk for entry in entries], list(digests)],
        )


def verify_chain(organisation_id: int | None) -> Verdict:
    """Compute the whole chain of an organisation anew and tell every difference in words."""
    problems: list[str] = []
    seals = entries = 0
    previous: bytes | None = None
    anchored = True
    for link in AuditSeal.objects.filter(_of(organisation_id)).order_by("pk").iterator():
        if previous is None:
            anchored = bytes(link.previous) == GENESIS
        elif bytes(link.previous) != previous:
            problems.append(
                f"Seal {link.pk} does not follow the one before it: seals are missing or changed."
            )
        rows = list(AuditEntry.objects.filter(seal=link).order_by("pk"))
        problems += _problems_of(link, rows)
        previous = bytes(link.digest)
        seals, entries = seals + 1, entries + len(rows)
    unsealed, late = _unsealed(organisation_id)
    if late:
        problems.append(f"{late} entries older than {LATE.seconds // 60} minutes carry no seal.")
    return Verdict(seals, entries, unsealed, anchored, problems)


def _problems_of(link: AuditSeal, rows: Sequence[AuditEntry]) -> list[str]:
    if len(rows) != link.entries:
        return [f"Seal {link.pk} covers {link.entries} entries, {len(rows)} are there."]
    problems = []
    kept = [bytes(row.values_digest or b"") for row in rows]
    if not hmac.compare_digest(
        _seal_digest(bytes(link.previous), zip(rows, kept, strict=True)), bytes(link.digest)
    ):
        problems.append(f"Entries {link.first_id} to {link.last_id} are not as they were sealed.")
    for row, digest in zip(rows, kept, strict=True):
        if not hmac.compare_digest(_values_digest(row), digest):
            what = "are erased" if _erased(row) else "were changed"
            problems.append(f"The values of entry {row.pk} {what}.")
    return problems


def _erased(row: AuditEntry) -> bool:
    return row.before is None and row.after is None and not row.object_label


def _unsealed(organisation_id: int | None) -> tuple[int, int]:
    waiting = AuditEntry.objects.filter(_of(organisation_id), seal=None)
    return waiting.count(), waiting.filter(at__lt=timezone.now() - LATE).count()


def _keyed(purpose: str, parts: Iterable[bytes]) -> bytes:
    made = hmac.new(settings.INDEX_KEY.encode(), purpose.encode() + b"\0", hashlib.sha256)
    for part in parts:
        made.update(len(part).to_bytes(4, "big") + part)
    return made.digest()


def _values_digest(entry: AuditEntry) -> bytes:
    """Of what may be erased one day: values, names, the label and the address."""
    values = [entry.before, entry.after, entry.object_label]
    names = [entry.actor_name, entry.on_behalf_of_name, entry.address]
    return _keyed("audit.values", [_text([*values, *names])])


def _seal_digest(previous: bytes, entries: Iterable[tuple[AuditEntry, bytes]]) -> bytes:
    parts = [previous]
    for entry, values_digest in entries:
        parts += [_text(_facts(entry)), values_digest]
    return _keyed("audit.seal", parts)


def _facts(entry: AuditEntry) -> list[Any]:
    """Of an entry what is never erased."""
    who = [entry.actor_id, entry.on_behalf_of_id, entry.organisation_id, entry.site_id, entry.request_id]
    what = [entry.verb, entry.object_type, entry.object_id, list(entry.fields)]
    return [entry.pk, entry.at.isoformat(), *who, *what]


def _text(value: list[Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
