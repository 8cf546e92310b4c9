"""From rights, as `access` tells them, to items of the protocol."""

from __future__ import annotations

from datetime import time

from access.queries.items import PersonContent, RightItem, ScheduleContent
from provisioning.protocol import Item, Opening, Person, Removal, Schedule


def make_item(right: RightItem) -> Item:
    """The item that tells a device of this right. Raises `ProtocolError` when it cannot be said."""
    if isinstance(right.content, PersonContent):
        return _person(right, right.content)
    if isinstance(right.content, ScheduleContent):
        return _schedule(right, right.content)
    return Removal(subject=right.subject, number=right.number, kind=right.kind)


def _person(right: RightItem, content: PersonContent) -> Person:
    return Person(
        subject=right.subject,
        number=right.number,
        name=content.name,
        pins=content.pins,
        cards=content.cards,
        apartment=content.apartment or None,
        opens=tuple(
            Opening(relays=each.relays, schedule=each.schedule, since=each.since, until=each.until)
            for each in content.openings
        ),
    )


def _schedule(right: RightItem, content: ScheduleContent) -> Schedule:
    return Schedule(
        subject=right.subject,
        number=right.number,
        repeat=content.repeat,
        zone=content.zone,
        days=content.days,
        start=_clock(content.start),
        end=_clock(content.end),
        since=content.since,
        until=content.until,
    )


def _clock(moment: time | None) -> str | None:
    return None if moment is None else f"{moment:%H:%M}"
