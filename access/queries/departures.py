"""Who left, and on which doors each device proves that the person is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now

from access.models import AccessRight, Subject
from accounts.models import AuditEntry
from smartplus.kernel.look.times import exact, local, short
from smartplus.kernel.words import _

from .people import proof_of

PERSON = AccessRight.Kind.PERSON
ERASED = "resident.erase"
LISTED = Q(residency__isnull=False)
PROVEN = Q(gone=True, held=F("want"))


@dataclass(frozen=True)
class Evidence:
    """What a device proves of somebody who left: a state of the look, its label, since when, and why not."""

    look: str
    label: str
    at: datetime | None = None
    words: str = ""

    def __str__(self) -> str:
        return f"{self.label}. {self.words}" if self.words else self.label


def departed(rows: QuerySet[Subject]) -> QuerySet[Any]:
    """Of `rows` those who left, with `doors` (devices that knew them), `proven` and `last_proof`."""
    mine = AccessRight.objects.filter(subject=OuterRef("pk"), kind=PERSON).order_by().values("subject")
    left = rows.filter(departed_at__lte=now())
    return left.annotate(
        doors=_figure(mine.annotate(n=Count("pk"))),
        proven=_figure(mine.annotate(n=Count("pk", filter=PROVEN))),
        last_proof=Subquery(mine.annotate(at=Max("held_at", filter=PROVEN)).values("at")),
    )


def _figure(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.values("n"), output_field=IntegerField())


def doors_of(rows: QuerySet[AccessRight], subject: Subject) -> QuerySet[Any]:
    """Of `rows` the rights of one person, on whatever devices they are or were, with `departed_at`."""
    found = rows.filter(subject=subject.pk, kind=PERSON)
    when = Subject.objects.filter(pk=OuterRef("subject")).values("departed_at")
    return found.annotate(departed_at=Subquery(when)).select_related("device__now", "device__site")


def who_left(residency_id: int) -> Subject | None:
    """The number under which doors knew a resident."""
    return Subject.objects.filter(residency=residency_id).first()


def has_left(subject: Subject) -> bool:
    """Whether nothing of theirs opens a door any more."""
    return subject.departed_at is not None and subject.departed_at <= now()


def why_left(subject: Subject) -> str:
    """Deleted, or the time ended; the person is listed still then."""
    return str(_("Time ended") if subject.residency_id else _("Deleted"))


def erasure(subject: Subject) -> str:
    """Of somebody who was erased: since when nothing names them any more, or what is still owed."""
    entry = AuditEntry.objects.filter(
        object_type=subject._meta.label_lower, object_id=subject.pk, verb=ERASED
    ).first()  # fmt: skip
    figures = AccessRight.objects.filter(subject=subject.pk, kind=PERSON).aggregate(
        doors=Count("pk"), proven=Count("pk", filter=PROVEN), last=Max("held_at", filter=PROVEN)
    )
    at = entry.at if entry else subject.left_at
    if figures["doors"] > figures["proven"]:
        said = _("Erased here at {time}. So far {proven} of {doors} door devices have proven it.")
        return said.format(time=_time(at), proven=figures["proven"], doors=figures["doors"])
    moments = [moment for moment in (at, figures["last"]) if moment]
    return _("Erased everywhere at {time}.").format(time=_time(max(moments, default=None)))


def _time(at: datetime | None) -> str:
    return short(local(at), local(now())) if at else ""


def summary(subject: Subject) -> str:
    """How many devices proved it, in a sentence."""
    figures = AccessRight.objects.filter(subject=subject.pk, kind=PERSON).aggregate(
        doors=Count("pk"), proven=Count("pk", filter=PROVEN)
    )
    if not figures["doors"]:
        return str(_("No door device knows this person any more, or ever did."))
    if figures["doors"] == figures["proven"]:
        return _("Gone from all door devices ({n}), by the evidence of each.").format(n=figures["doors"])
    return _("Gone from {proven} of {doors} door devices by their own evidence.").format(**figures)


def evidence_of(right: Any) -> Evidence:
    """What the device proves; `right` is one of `doors_of`."""
    proof = proof_of(right, right.device)
    if right.gone and proof.proven:
        return Evidence("in-sync", str(_("Gone")), right.held_at)
    over = right.departed_at is not None and right.departed_at <= now()
    if not right.gone and proof.proven and not over:
        return Evidence("active", str(_("Knows")), right.held_at)
    if not right.gone and proof.proven:
        said = _("The device closes by its own clock; it forgets the person at the next sweep.")
        return Evidence("scheduled", str(_("Closed")), right.departed_at, str(said))
    return Evidence("pending", str(_("Not yet proven")), None, _what_is_missing(proof))


def _what_is_missing(proof: Any) -> str:
    if proof.state == "refused":
        return _("The device refused: {reason}.").format(reason=proof.reason)
    if proof.offline and proof.since:
        since = short(local(proof.since), local(now()))
        return _("Device off line since {since}; it is told when it returns.").format(since=since)
    if proof.offline:
        return str(_("Device off line; it is told when it returns."))
    return str(_("The device is being told."))


def proof_time(right: Any) -> str:
    """When the device proved it, with the day: the report may be printed. "" as long as it did not."""
    at = evidence_of(right).at
    return exact(local(at)) if at is not None else ""


def device_words(right: AccessRight) -> str:
    """The device as it is called, and where it hangs or hung."""
    device = right.device
    if device.site_id != right.site_id or device.place != right.place:
        return _("{mac}, taken out since").format(mac=device.mac)
    return ", ".join(filter(None, (device.name, device.place_words)))
