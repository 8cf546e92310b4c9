"""What devices are to be told of part `access`, read for many devices at once.

Rendering into messages is `provisioning`'s; here is what stands in the tables. The number of
queries does not depend on how many devices or rights are asked for. Content is read after the
numbers: it may be newer than its number, then a higher number follows anyway.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from access.live import LIVE_GRANT, LIVE_GROUP, OPENINGS, OWED, SCHEDULE, SINCE, UNTIL
from access.models import AccessGroup, Credential
from access.services.locks import access_lock_shared
from access.statements import fetch, fetch_one

__all__ = [
    "AS_OF", "OWED", "OpeningContent", "PersonContent", "RangeItems", "RightItem", "ScheduleContent", "as_of",
    "pending_items", "range_items", "ranges", "still_pending",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpeningContent:
    """Relays (numbers) somebody may open by a schedule (its subject number, 0 = always), from, until."""

    relays: tuple[int, ...]
    schedule: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PersonContent:
    """Who, by what, and what on this device. `openings` may be empty: known here, opens nothing now."""

    name: str
    apartment: str
    pins: tuple[str, ...]
    cards: tuple[str, ...]
    openings: tuple[OpeningContent, ...]


@dataclass(frozen=True, slots=True)
class ScheduleContent:
    """Hours of a group, in local time of `zone`; `since` and `until` only where it does not repeat."""

    repeat: str
    days: tuple[int, ...]
    start: time | None
    end: time | None
    since: datetime | None
    until: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class RightItem:
    """One right as it must be sent. `gone`: a removal, without content. `number` is the right's `want`."""

    device_id: int
    place: int
    kind: str
    subject: int
    number: int
    gone: bool
    urgent: bool
    content: PersonContent | ScheduleContent | None


@dataclass(frozen=True, slots=True)
class RangeItems:
    """What a device should hold of the subjects `low` <= s < `high`, and the highest number drawn.

    Schedules the listed people name are sent along, wherever their number lies. `last`: nothing
    of this device lies at or above `high`.
    """

    device_id: int
    place: int
    low: int
    high: int
    last: bool
    as_of: int
    items: tuple[RightItem, ...]


_COLUMNS = "x.device_id, x.place, x.kind, x.subject, x.want, x.gone, x.urgent"

_PENDING = f"""
SELECT {_COLUMNS}
FROM unnest(%s::bigint[]) AS asked(id)
JOIN devices_device d ON d.id = asked.id
CROSS JOIN LATERAL (
    SELECT x.* FROM access_accessright x
    WHERE x.device_id = d.id AND x.place = d.place AND {OWED}
    ORDER BY x.turn, x.want LIMIT %s
) x
ORDER BY x.device_id, x.turn, x.want
"""

_RANGES = f"""
SELECT {_COLUMNS}
FROM unnest(%s::bigint[], %s::bigint[]) AS asked(id, low)
JOIN devices_device d ON d.id = asked.id
CROSS JOIN LATERAL (
    SELECT x.* FROM access_accessright x
    WHERE x.device_id = d.id AND x.place = d.place AND NOT x.gone AND x.subject >= asked.low
    ORDER BY x.subject LIMIT %s
) x
ORDER BY x.device_id, x.subject
"""

_NAMED = f"""
SELECT {_COLUMNS}
FROM unnest(%s::bigint[], %s::bigint[]) AS named(device_id, subject)
JOIN devices_device d ON d.id = named.device_id
JOIN access_accessright x ON x.device_id = d.id AND x.place = d.place AND x.subject = named.subject
WHERE NOT x.gone AND x.kind = 'schedule'
"""

_PEOPLE = "SELECT id, name, apartment, residency_id FROM access_subject WHERE id = ANY(%s::bigint[])"

_OPENINGS = f"""
SELECT g.subject_id, d.id, {SCHEDULE}, {SINCE}, {UNTIL}, array_agg(DISTINCT r.number)
FROM {OPENINGS}
WHERE g.subject_id = ANY(%s::bigint[]) AND d.id = ANY(%s::bigint[]) AND {LIVE_GRANT} AND {LIVE_GROUP}
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
"""

AS_OF = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM access_number"

_Row = tuple[int, int, str, int, int, bool, bool]


def pending_items(device_ids: Iterable[int], per_device: int) -> dict[int, list[RightItem]]:
    """What each device must still be told at its present place, in order of sending, `per_device` at most.

    Removals, schedules, urgent people, the rest, removals of schedules, and last what was refused
    before. Devices with nothing pending are left out. Five queries, whatever is asked for.
    """
    rows: list[_Row] = fetch(_PENDING, [list(device_ids), per_device])
    found: dict[int, list[RightItem]] = defaultdict(list)
    for item in _filled(rows):
        found[item.device_id].append(item)
    return dict(found)


def range_items(device_id: int, low: int, most: int) -> RangeItems:
    """`ranges` of one device."""
    return ranges({device_id: low}, most)[device_id]


@transaction.atomic
def ranges(lows: Mapping[int, int], most: int) -> dict[int, RangeItems]:
    """The next range of a reload of each device: up to `most` subjects from its low on, and "as of" when.

    The lists and `as_of` are read under the shared lock of the devices' sites, so whatever a
    device holds with a number up to `as_of` and its list does not name is to be forgotten.
    The number of queries does not depend on how many devices are asked for.
    """
    text = "SELECT id, place, site_id FROM devices_device WHERE id = ANY(%s::bigint[])"
    here = {row[0]: row[1:] for row in fetch(text, [list(lows)])}
    access_lock_shared({site_id for _, site_id in here.values() if site_id is not None})
    number = as_of()
    rows: dict[int, list[_Row]] = defaultdict(list)
    for row in fetch(_RANGES, [list(lows), list(lows.values()), most + 1]):
        rows[row[0]].append(row)
    listed: dict[int, list[RightItem]] = defaultdict(list)
    for item in _filled([row for each in rows.values() for row in each[:most]]):
        listed[item.device_id].append(item)
    along = _named_elsewhere(listed)
    found = {}
    for device_id, low in lows.items():
        last = len(rows[device_id]) <= most
        high = max(number, low) + 1 if last else rows[device_id][most][3]
        items = sorted([*along[device_id], *listed[device_id]], key=lambda item: item.kind != "schedule")
        place = here.get(device_id, (0, None))[0]
        found[device_id] = RangeItems(device_id, place, low, high, last, number, tuple(items))
    return found


def _named_elsewhere(listed: Mapping[int, Sequence[RightItem]]) -> dict[int, list[RightItem]]:
    """Schedules the listed people name and that are not in the list itself, by device."""
    missing = set()
    for device_id, items in listed.items():
        named = {
            opening.schedule
            for item in items
            if isinstance(item.content, PersonContent)
            for opening in item.content.openings
        }
        missing |= {(device_id, number) for number in named - {item.subject for item in items} - {0}}
    found: dict[int, list[RightItem]] = defaultdict(list)
    if missing:
        devices, numbers = (list(column) for column in zip(*sorted(missing), strict=True))
        for item in _filled(fetch(_NAMED, [devices, numbers])):
            found[item.device_id].append(item)
    return found


def as_of() -> int:
    """The highest number drawn so far. Only under the lock of a site is nothing below it still on its way."""
    return int(fetch_one(AS_OF))


def still_pending(device_ids: Iterable[int]) -> set[int]:
    """Which of these devices have something they must still be told at their present place. One query."""
    text = f"""
        SELECT d.id FROM devices_device d
        WHERE d.id = ANY(%s::bigint[]) AND EXISTS (
            SELECT 1 FROM access_accessright x WHERE x.device_id = d.id AND x.place = d.place AND {OWED})"""
    return {row[0] for row in fetch(text, [list(device_ids)])}


def _filled(rows: Sequence[_Row]) -> list[RightItem]:
    """The items of these rights, with their content."""
    persons = _persons({(row[3], row[0]) for row in rows if row[2] == "person" and not row[5]})
    hours = _schedules({row[3] for row in rows if row[2] == "schedule" and not row[5]})
    items = []
    for device_id, place, kind, subject, want, gone, urgent in rows:
        content: PersonContent | ScheduleContent | None = None
        if not gone:
            content = persons.get((subject, device_id)) if kind == "person" else hours.get(subject)
            gone = content is None  # a schedule whose group is just being deleted: its removal follows
        items.append(RightItem(device_id, place, kind, subject, want, gone, urgent, content))
    return items


def _persons(pairs: set[tuple[int, int]]) -> dict[tuple[int, int], PersonContent]:
    """Contents by (subject, device): three queries."""
    subjects = sorted({subject for subject, _ in pairs})
    who = {row[0]: row[1:] for row in fetch(_PEOPLE, [subjects])}
    keys: dict[tuple[int, str], list[str]] = defaultdict(list)
    credentials = Credential.objects.filter(residency__in=[row[2] for row in who.values() if row[2]])
    for residency_id, kind, value in credentials.order_by("pk").values_list("residency_id", "kind", "value"):
        keys[residency_id, kind].append(str(value))
    opens: dict[tuple[int, int], list[OpeningContent]] = defaultdict(list)
    devices = sorted({device for _, device in pairs})
    for subject, device, schedule, since, until, relays in fetch(_OPENINGS, [subjects, devices]):
        opens[subject, device].append(OpeningContent(tuple(relays), schedule, since, until))
    return {
        (subject, device): PersonContent(
            name=who[subject][0],
            apartment=who[subject][1],
            pins=tuple(keys.get((who[subject][2], Credential.Kind.PIN), ())),
            cards=tuple(keys.get((who[subject][2], Credential.Kind.CARD), ())),
            openings=tuple(opens.get((subject, device), ())),
        )
        for subject, device in pairs
        if subject in who
    }


def _schedules(numbers: set[int]) -> dict[int, ScheduleContent]:
    """Contents by number: one query."""
    groups = AccessGroup.objects.filter(schedule__in=sorted(numbers)).select_related("site")
    return {
        group.schedule: ScheduleContent(
            repeat=group.repeat,
            days=tuple(group.days),
            start=group.start_time,
            end=group.end_time,
            since=group.starts_at,
            until=group.ends_at,
            zone=group.site.time_zone,
        )
        for group in groups
    }
