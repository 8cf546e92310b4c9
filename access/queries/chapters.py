"""What access knows of a person, as plain rows for the person's export: keys by their outside only."""

from collections.abc import Iterable, Mapping
from typing import Any

from access.models import AccessRight as Right
from access.models import Grant, Subject
from sites.chapters import About, Chapter
from smartplus.kernel.words import _

from .departures import PERSON, device_words
from .keys import masked
from .people import proof_of

Rows = Iterable[Mapping[str, Any]]


def groups(about: About) -> Rows:
    """The groups, with the time each is good for."""
    rows = Grant.objects.filter(subject__residency__in=about.ids).select_related("group", "site")
    for grant in rows.order_by("pk"):
        yield {
            "site": grant.site.name, "group": grant.group.name, "from": grant.starts_at,
            "until": grant.ends_at, "given": grant.created_at,
        }  # fmt: skip


def devices(about: About) -> Rows:
    """What each door device is to know, and what it proved."""
    numbers = Subject.objects.filter(residency__in=about.ids).values("pk")
    rights = Right.objects.filter(subject__in=numbers, kind=PERSON)
    for right in rights.select_related("device__now", "site").order_by("pk"):
        proof = proof_of(right, right.device)
        yield {
            "site": right.site.name, "device": device_words(right), "number": right.subject,
            "knows": not right.gone, "proven": proof.proven, "proven_at": right.held_at,
        }  # fmt: skip


def keys(about: About) -> Rows:
    """That there is a PIN, and the last four of each card."""
    for home in about.homes:
        for key in masked(home):
            yield {"site": home.site.name, "kind": key.kind, "value": key.text}


CHAPTERS = (
    Chapter("access/groups", _("Access groups"), groups),
    Chapter("access/devices", _("Door devices, and what each proved to know"), devices),
    Chapter("access/keys", _("PIN and cards: that they exist, not their values"), keys),
)
