"""Part `access`: one message under way per device, what somebody waits for first.

Single changes go item by item. A reload goes range by range; what lies behind the range it has
come to, or is urgent, overtakes it, the rest is brought by the ranges themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.db import connection, transaction

from access.queries.items import RangeItems, RightItem, pending_items, ranges
from access.services import answers
from access.services.answers import AccessAnswer
from devices.models import Part
from provisioning.mqtt import Wire, publisher
from provisioning.protocol import AccessState, Item, ProtocolError, Range, Removal, down, encode

from .claims import AT_ONCE, Claim, claim
from .items import make_item
from .probes import ask
from .settling import settle

PER_MESSAGE = 200  # what a model takes in about two seconds
LISTED = 50  # ranges read at once: meanwhile nobody changes access at their sites

# What overtakes a reload: single changes behind the range it has come to, what somebody waits for,
# schedules, and removals of people the device may really hold (after a lost store it holds nobody).
# Each once a minute and nothing that was refused, or the reload would never come to its end.
_OVERTAKING = """
SELECT x.device_id, x.subject FROM access_accessright x
JOIN devices_device d ON d.id = x.device_id AND d.place = x.place
JOIN devices_devicestate n ON n.device_id = x.device_id
WHERE x.device_id = ANY(%s) AND x.held IS DISTINCT FROM x.want AND x.refused = ''
    AND (x.sent_at IS NULL OR x.sent_at < now() - interval '1 minute')
    AND (x.subject < n.reload_at
        OR CASE WHEN x.gone THEN x.held IS NOT NULL ELSE x.urgent OR x.kind = 'schedule' END)
"""


# Before anything is published, and whatever number it goes out with: see `acks` for what follows
# from a subject that was never on the wire. A right somebody is changing just now is left out, its
# own mark follows; waiting for it could make the two wait for each other.
_SENT = """
WITH told AS (
    SELECT x.id FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS t(device_id, place, subject)
    JOIN access_accessright x USING (device_id, place, subject)
    ORDER BY x.id FOR NO KEY UPDATE OF x SKIP LOCKED
)
UPDATE access_accessright x SET sent_at = clock_timestamp() FROM told WHERE x.id = told.id
RETURNING x.device_id, x.subject
"""

Plan = tuple[Claim, Sequence[RightItem], Range | None]


def send_access(limit: int = AT_ONCE) -> int:
    """Tell up to `limit` devices the next of what they must know of people; returns how many rows were due.

    A crash or a broker away leaves the rows due again later. Raises `BrokerAway`.
    """
    publisher.ready()
    taken = claim(Part.ACCESS, limit)
    if taken.unmet:
        ask(taken.unmet)
    if taken.claims:
        publisher.publish(_messages(taken.claims))
    return taken.rows


def _messages(claims: Sequence[Claim]) -> list[Wire]:
    """The next message of each device; those with nothing to be told are settled instead."""
    messages: list[Wire] = []
    quiet: list[Claim] = []
    for each, rights, span in _plans(claims):
        items = _items(each, rights, span)
        if items or span is not None or each.store_place != each.place:
            # Of a higher place than the device's own this empties its memory, whatever it brings.
            messages.append(_encode(each, items, span))
        else:
            quiet.append(each)
    _settle(quiet)
    return messages


def _plans(claims: Sequence[Claim]) -> list[Plan]:
    """What each device is told next, noted as sent: a range, or single rights, or nothing."""
    here = [each for each in claims if each.store_place in (0, each.place)]
    pending = pending_items([each.device_id for each in here], PER_MESSAGE)
    overtaking = _overtaking([each for each in here if each.reload_at is not None], pending)
    spans = _spans([each for each in here if not overtaking.get(each.device_id)])
    plans: list[Plan] = []
    for each in claims:
        if (found := spans.get(each.device_id)) is not None and found.place == each.place:
            span = Range(low=found.low, high=found.high, as_of=found.as_of, last=found.last)
            plans.append((each, found.items, span))
        else:
            source = pending if each.reload_at is None else overtaking
            plans.append((each, source.get(each.device_id, ()), None))
    noted = _note_sent(right for _, rights, span in plans if span is None for right in rights)
    # A device moved since it was claimed has rights of another place: their mark comes as well.
    return [
        (each, [right for right in rights if span or _goes(right, each, noted)], span)
        for each, rights, span in plans
    ]


def _spans(reloading: Sequence[Claim]) -> dict[int, RangeItems]:
    """The next range of each device that is being reloaded. Noted as sent while nobody can change it."""
    lows = {each.device_id: each.reload_at for each in reloading if each.reload_at is not None}
    found: dict[int, RangeItems] = {}
    for start in range(0, len(lows), LISTED):
        with transaction.atomic():
            some = ranges(dict(islice(lows.items(), start, start + LISTED)), PER_MESSAGE)
            _note_sent([right for each in some.values() for right in each.items])
        found |= some
    return found


def _overtaking(
    reloading: Sequence[Claim], pending: Mapping[int, Sequence[RightItem]]
) -> dict[int, list[RightItem]]:
    """Of devices that are being reloaded: what must not wait for its range."""
    if not reloading:
        return {}
    ids = [each.device_id for each in reloading]
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKING, [ids])
        first = set(cursor.fetchall())
    return {
        device_id: [right for right in pending.get(device_id, ()) if (device_id, right.subject) in first]
        for device_id in ids
    }


def _items(each: Claim, rights: Iterable[RightItem], span: Range | None) -> list[Item]:
    """The items of a message; what cannot be said at all is noted as refused and left out.

    The list of a range holds no removals: it says what is there.
    """
    items: list[Item] = []
    unsayable: list[tuple[int, int, str]] = []
    for right in rights:
        try:
            item = make_item(right)
            if span is None or not isinstance(item, Removal):
                items.append(item)
        except ProtocolError as error:
            unsayable.append((right.subject, right.number, str(error)[:60]))
    if unsayable:
        answers.refuse([AccessAnswer(each.device_id, each.store, refused=tuple(unsayable))])
    return items


def _encode(each: Claim, items: Sequence[Item], span: Range | None) -> Wire:
    told = AccessState(store=each.store, place=each.place, message=each.flight, items=tuple(items), span=span)
    return down(each.mac, "state"), encode(told)


def _goes(right: RightItem, each: Claim, noted: set[tuple[int, int]]) -> bool:
    return (right.device_id, right.subject) in noted and right.place == each.place


def _note_sent(rights: Iterable[RightItem]) -> set[tuple[int, int]]:
    """These are about to be put on the wire; (device, subject) of those that may be."""
    rows = [(right.device_id, right.place, right.subject) for right in rights]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [list(column) for column in zip(*rows, strict=True)])
        return set(cursor.fetchall())


def _settle(idle: Sequence[Claim]) -> None:
    """Nothing is owed: the row is done. A digest that differed is asked for once more."""
    settle([(each.device_id, each.flight) for each in idle])
    if strange := [each for each in idle if each.strange]:
        ask(strange)
