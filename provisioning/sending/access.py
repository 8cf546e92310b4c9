"""Part `access`: one message under way per device, what somebody waits for first.

Single changes go item by item. A reload goes range by range; what lies behind the range it has
come to, or is urgent, overtakes it, the rest is brought by the ranges themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection

from access.queries.items import RangeItems, RightItem, pending_items, range_items
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

# Removals the device may really hold; those after a lost store are brought by the ranges.
_LEFT_OPEN = """
SELECT x.device_id, x.subject FROM access_accessright x
JOIN devices_device d ON d.id = x.device_id AND d.place = x.place
WHERE x.device_id = ANY(%s) AND x.gone AND x.held IS DISTINCT FROM x.want
    AND (x.held IS NOT NULL OR x.sent_at IS NOT NULL)
"""


def send_access(limit: int = AT_ONCE) -> int:
    """Tell up to `limit` devices the next of what they must know of people; returns how many rows were due.

    A crash or a broker away leaves the rows due again later. Raises `BrokerAway`.
    """
    taken = claim(Part.ACCESS, limit)
    if taken.unmet:
        ask(taken.unmet)
    if taken.claims:
        publisher.publish(_messages(taken.claims))
    return taken.rows


def _messages(claims: Sequence[Claim]) -> list[Wire]:
    """The next message of each device; those with nothing to be told are settled instead."""
    here = [each for each in claims if each.store_place in (0, each.place)]
    pending = pending_items([each.device_id for each in here], PER_MESSAGE)
    overtaking = _overtaking([each for each in here if each.reload_at is not None], pending)
    messages: list[Wire] = []
    told: list[tuple[int, int, int]] = []
    idle: list[Claim] = []
    for each in claims:
        rights, span = _next(each, pending, overtaking)
        if rights is None:
            idle.append(each)
        if rights is not None or each.store_place != each.place:
            # Of a higher place than the device's own this empties its memory, whatever it brings.
            items = _items(each, rights or (), span)
            messages.append(_encode(each, items, span))
            told += [(each.device_id, item.subject, item.number) for item in items]
    answers.sent(told)
    _settle([each for each in idle if each.store_place == each.place])
    return messages


def _next(
    each: Claim, pending: Mapping[int, Sequence[RightItem]], overtaking: Mapping[int, Sequence[RightItem]]
) -> tuple[Sequence[RightItem] | None, Range | None]:
    """What the device is told next, and the range it stands for. None: there is nothing."""
    if each.store_place not in (0, each.place):
        return None, None
    if each.reload_at is None:
        # A device moved since it was claimed has rights of another place: their mark comes as well.
        return [right for right in pending.get(each.device_id, ()) if right.place == each.place] or None, None
    if rights := overtaking.get(each.device_id):
        return rights, None
    found: RangeItems = range_items(each.device_id, each.reload_at, PER_MESSAGE)
    if found.place != each.place:
        return None, None
    return found.items, Range(low=found.low, high=found.high, as_of=found.as_of, last=found.last)


def _overtaking(
    reloading: Sequence[Claim], pending: Mapping[int, Sequence[RightItem]]
) -> dict[int, list[RightItem]]:
    """Of devices that are being reloaded: what must not wait for its range."""
    if not reloading:
        return {}
    open_removals = _left_open([each.device_id for each in reloading])
    return {
        each.device_id: [
            right
            for right in pending.get(each.device_id, ())
            if right.subject < (each.reload_at or 0)
            or (right.urgent and not right.gone)
            or (each.device_id, right.subject) in open_removals
        ]
        for each in reloading
    }


def _left_open(device_ids: Collection[int]) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_OPEN, [list(device_ids)])
        return set(cursor.fetchall())


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


def _settle(idle: Sequence[Claim]) -> None:
    """Nothing is owed: the row is done. A digest that differed is asked for once more."""
    settle([(each.device_id, each.flight) for each in idle])
    if strange := [each for each in idle if each.strange]:
        ask(strange)
