"""The doors of a site: who may open them, what was last ordered, what is proven."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.timezone import now

from access.live import OWED
from access.models import AccessRight, Credential, Grant, Subject
from access.statements import fetch
from devices.models import Command, DeviceState, Relay
from devices.queries import door_kinds
from smartplus.kernel.paging import COUNT_LIMIT, Count
from smartplus.kernel.words import _, ngettext, pgettext

from .counting import CountUpTo
from .people import Proof, proof_from, proof_of
from .times import grant_opens_at, hours_in_words, span_of

# An order this old is history: the door page shows no result any more.
FRESH = timedelta(minutes=2)
OPEN_STATES = (Command.State.QUEUED, Command.State.SENT)


def living(at: datetime) -> Q:
    """Condition on grants: neither they nor their group nor the lease of their person have ended."""
    ends = ("ends_at", "group__ends_at", "subject__valid_until")
    meets = Q(subject__valid_from=None) | Q(subject__valid_until=None)
    found = meets | Q(subject__valid_from__lt=F("subject__valid_until"))
    for name in ends:
        found &= Q(**{name: None}) | Q(**{f"{name}__gt": at})
    return found


def doors_of_site(rows: QuerySet[Relay]) -> QuerySet[Any]:
    """Of `rows` (relays) those at doors, with the last fresh order as `order_id`."""
    orders = unlocks().filter(
        device=OuterRef("device"), place=OuterRef("device__place"), door=OuterRef("number")
    )
    return rows.filter(device__kind__in=door_kinds(), device__site__isnull=False).annotate(
        order_id=Subquery(orders.order_by("-pk").values("pk")[:1])
    )


# Doors of the same groups are opened by the same people, counted once; those of one group from its index,
# less those whose lease is over (few).
_PEOPLE = """
WITH doors AS (
    SELECT d.relay_id, array_agg(d.group_id ORDER BY d.group_id) AS groups
    FROM access_groupdoor d JOIN access_accessgroup a ON a.id = d.group_id
    WHERE d.relay_id = ANY(%(relays)s) AND (a.ends_at IS NULL OR a.ends_at > %(now)s)
    GROUP BY d.relay_id
), ended AS MATERIALIZED (
    SELECT id FROM access_subject
    WHERE site_id IN (SELECT a.site_id FROM doors JOIN access_accessgroup a ON a.id = doors.groups[1])
        AND (valid_until <= %(now)s OR valid_until <= valid_from)
), counted AS MATERIALIZED (
    SELECT each.groups, CASE cardinality(each.groups) WHEN 1 THEN (SELECT count(*) FROM (
        SELECT FROM access_grant g
        WHERE g.group_id = each.groups[1] AND (g.ends_at IS NULL OR g.ends_at > %(now)s)
        LIMIT %(most)s + (SELECT count(*) FROM ended)
    ) people) - (
        SELECT count(*) FROM ended JOIN access_grant g ON g.subject_id = ended.id
        WHERE g.group_id = each.groups[1] AND (g.ends_at IS NULL OR g.ends_at > %(now)s)
    ) ELSE (SELECT count(*) FROM (
        SELECT DISTINCT g.subject_id FROM access_grant g
        WHERE g.group_id = ANY(each.groups) AND (g.ends_at IS NULL OR g.ends_at > %(now)s)
            AND g.subject_id NOT IN (SELECT id FROM ended) LIMIT %(most)s
    ) people) END AS people
    FROM (SELECT DISTINCT groups FROM doors) each
)
SELECT relay_id, least(people, %(most)s) FROM doors JOIN counted USING (groups) WHERE people > 0
"""


def people_at(relay_ids: Iterable[int]) -> dict[int, Count]:
    """How many may open each of these doors, counted no further than lists count. Nobody: not in it."""
    values = {"relays": list(relay_ids), "now": now(), "most": COUNT_LIMIT + 1}
    return {relay: Count(people) for relay, people in fetch(_PEOPLE, values)}


def orders_of(relays: Iterable[Any]) -> dict[int, Command]:
    """The orders that rows of `doors_of_site` name, by relay."""
    wanted = {relay.order_id: relay.pk for relay in relays if relay.order_id}
    return {wanted[order.pk]: order for order in Command.objects.filter(pk__in=wanted)}


def unlocks() -> QuerySet[Any]:
    """Fresh orders to unlock, each with the number of its relay as `door`."""
    fresh = Command.objects.filter(verb=Command.Verb.UNLOCK, created_at__gt=now() - FRESH)
    return fresh.annotate(door=Cast(KeyTextTransform("relay", "args"), IntegerField()))


def last_order(relay: Relay) -> Command | None:
    """The newest fresh order to unlock a door."""
    found: Command | None = (
        unlocks().filter(device=relay.device_id, door=relay.number).order_by("-pk").first()
    )
    return found


def doors_version(site_id: int) -> str:
    """A text that changes with each order and each device that comes or goes. One query."""
    text = """
        SELECT (SELECT string_agg(c.id || c.state, ',' ORDER BY c.id DESC) FROM (
                    SELECT id, state FROM devices_command WHERE site_id = %(site)s
                    ORDER BY id DESC LIMIT 20) c),
               (SELECT count(*) || ':' || coalesce(max(n.since)::text, '') FROM devices_devicestate n
                JOIN devices_device d ON d.id = n.device_id WHERE d.site_id = %(site)s AND n.online)"""
    return str(fetch(text, {"site": site_id})[0])


def who_opens(grants: QuerySet[Grant], relay: Relay) -> QuerySet[Any]:
    """Of `grants` those that open this door, each with the right that proves it and what is shown there.

    Annotated: `held`, `want`, `held_at`, `sent_at`, `refused` of the right on the door's device at its
    present place (None: not written yet), `pins` and `cards` (how many), `door_online` and `door_since`.
    """
    right = AccessRight.objects.filter(
        device=relay.device_id, place=relay.device.place, subject=OuterRef("subject_id"), gone=False
    )
    keys = Credential.objects.filter(residency=OuterRef("subject__residency"))
    found = grants.filter(living(now()), group__relays=relay)
    return found.annotate(
        **{
            f"right_{name}": Subquery(right.values(name)[:1])
            for name in ("held", "want", "held_at", "sent_at", "refused")
        },
        pins=CountUpTo(keys.filter(kind=Credential.Kind.PIN).values("pk")),
        cards=CountUpTo(keys.filter(kind=Credential.Kind.CARD).values("pk")),
        door_online=Value(relay.device.now.online),
        door_since=Value(relay.device.now.since, output_field=DateTimeField()),
    )


def people_on_device(rows: QuerySet[AccessRight]) -> QuerySet[Any]:
    """Of `rows` the people at the device's present place, with `who` and `where` they are."""
    subject = Subject.objects.filter(pk=OuterRef("subject"))
    here = rows.filter(kind=AccessRight.Kind.PERSON, place=F("device__place"))
    here = here.exclude(gone=True, held=F("want"))
    return here.annotate(
        who=Subquery(subject.values("name")[:1]), where=Subquery(subject.values("place_label")[:1])
    )


def named(rows: QuerySet[AccessRight], word: str) -> QuerySet[AccessRight]:
    """Of `rows` those whose person's name or apartment holds `word`."""
    found = Subject.objects.filter(
        Q(name__icontains=word) | Q(place_label__icontains=word), pk=OuterRef("subject")
    )
    return rows.filter(Exists(found))


def held() -> Q:
    """Condition on rights: the device holds what is wanted."""
    return Q(gone=False, held=F("want"))


def owed() -> Q:
    """Condition on rights: the device has not confirmed."""
    return Q(held__isnull=True) | ~Q(held=F("want"))


def waiting() -> Q:
    """Condition on rights: the device must be told."""
    return owed() & Q(gone=False, refused="")


def leaving() -> Q:
    """Condition on rights: the device must forget."""
    return owed() & Q(gone=True)


def refused() -> Q:
    """Condition on rights: the device did not take it."""
    return owed() & ~Q(refused="")


def proof_of_grant(row: Any) -> Proof:
    """What the door proves of a row of `who_opens`."""
    reach = DeviceState(online=row.door_online, since=row.door_since)
    if row.right_want is None:
        return proof_from(None, reach)
    right = AccessRight(
        want=row.right_want, held=row.right_held, held_at=row.right_held_at, sent_at=row.right_sent_at,
        refused=row.right_refused,
    )  # fmt: skip
    return proof_from(right, reach)


def proof_on_device(row: AccessRight) -> Proof:
    """What the device proves of one of its rights."""
    return proof_of(row, row.device)


def since_of(row: Grant) -> datetime | None:
    """From when a grant opens: its own beginning or that of the lease, whichever is later."""
    return span_of(row)[0]


def until_of(row: Grant) -> datetime | None:
    """Until when a grant opens: its own end or that of the lease, whichever is first."""
    return span_of(row)[1]


def hours_of(row: Grant) -> str:
    """The hours of a grant's group in words."""
    return hours_in_words(row.group, row.group.site.time_zone)


def now_in_words(row: Grant) -> str:
    """Whether a grant opens at this moment."""
    open_now = grant_opens_at(row, row.group.site.time_zone, now())
    return str(pgettext("a door", "Open") if open_now else pgettext("a door", "Closed"))


def keys_in_words(row: Any) -> str:
    """ "PIN, 2 cards": with what a row of `who_opens` opens."""
    words = [str(_("PIN"))] if row.pins else []
    if row.cards:
        words.append(ngettext("{n} card", "{n} cards", row.cards).format(n=row.cards))
    return ", ".join(words)


@dataclass(frozen=True)
class Figures:
    """People on a device: it holds, must be told, refused, must still forget."""

    held: int
    pending: int
    refused: int
    leaving: int
    schedules: int

    @property
    def waits(self) -> bool:
        """Whether the device must be told something."""
        return bool(self.pending or self.leaving)

    @property
    def held_words(self) -> str:
        """Whom it holds."""
        return people_in_words(self.held)

    @property
    def schedules_words(self) -> str:
        """ "1 schedule", "3 schedules"."""
        return ngettext("{n} schedule", "{n} schedules", self.schedules).format(n=self.schedules)

    @property
    def pending_words(self) -> str:
        """ "1 person", "12 people" who are not on it yet."""
        return people_in_words(self.pending)

    @property
    def leaving_words(self) -> str:
        """Who it must forget."""
        return people_in_words(self.leaving)

    @property
    def refused_words(self) -> str:
        """Whom it did not take."""
        return people_in_words(self.refused)


def people_in_words(number: int) -> str:
    """ "1 person", "1,284 people"."""
    return ngettext("{n} person", "{n} people", number).format(n=f"{number:,}")


def figures_of_device(device_id: int) -> Figures:
    """How the people of a device stand, at its present place. One query."""
    text = f"""
        SELECT count(*) FILTER (WHERE x.kind = 'person' AND NOT x.gone AND x.held = x.want),
               count(*) FILTER (WHERE x.kind = 'person' AND NOT x.gone AND x.refused = '' AND {OWED}),
               count(*) FILTER (WHERE x.kind = 'person' AND x.refused <> '' AND {OWED}),
               count(*) FILTER (WHERE x.kind = 'person' AND x.gone AND x.refused = '' AND {OWED}),
               count(*) FILTER (WHERE x.kind = 'schedule' AND NOT x.gone AND x.held = x.want)
        FROM access_accessright x JOIN devices_device d ON d.id = x.device_id AND d.place = x.place
        WHERE x.device_id = %s"""
    return Figures(*fetch(text, [device_id])[0])
