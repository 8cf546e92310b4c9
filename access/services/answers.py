"""What doors proved: taken in sets, and only where it answers what was asked.

An answer counts for the memory (`store`) it came from. The state rows are read with a share lock,
so an answer cannot slip past a `hello` that replaces the store at the same moment. Numbers are
never drawn twice, so a late answer of an earlier place cannot be taken for one of the present.
A right somebody is changing at the same moment is passed over: the answer is about its old number,
and waiting could make the two wait for each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from access.live import OWED
from access.statements import run


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """What a device now holds (subject, number, on) and did not take (subject, number, reason)."""

    device_id: int
    store: int
    items: tuple[tuple[int, int, bool], ...] = ()
    refused: tuple[tuple[int, int, str], ...] = ()


# Devices of which this store is the present one.
_PRESENT = """
WITH answer AS (
    SELECT * FROM unnest(%(devices)s::bigint[], %(stores)s::bigint[], %(subjects)s::bigint[],
                         %(numbers)s::bigint[], {extra}) AS answer(device_id, store, subject, number, {name})
), present AS (
    SELECT now.device_id, now.store, d.place FROM devices_devicestate now
    JOIN devices_device d ON d.id = now.device_id
    WHERE now.device_id IN (SELECT device_id FROM answer) ORDER BY now.device_id FOR SHARE OF now
)
"""

_HELD = (
    _PRESENT.format(extra="%(ons)s::boolean[]", name="is_on")
    + """, proven AS (
    SELECT x.id FROM answer JOIN present USING (device_id, store)
    JOIN access_accessright x
        ON x.device_id = answer.device_id AND x.place = present.place AND x.subject = answer.subject
    WHERE x.held IS DISTINCT FROM x.want
      AND ((answer.number = x.want AND answer.is_on <> x.gone)
           OR (x.gone AND NOT answer.is_on AND answer.number > x.want))
    ORDER BY x.id FOR NO KEY UPDATE OF x SKIP LOCKED
)
UPDATE access_accessright x SET held = x.want, held_at = clock_timestamp(), refused = ''
FROM proven WHERE x.id = proven.id
"""
)

_REFUSED = (
    _PRESENT.format(extra="%(reasons)s::text[]", name="reason")
    + """, noted AS (
    SELECT x.id, answer.reason FROM answer JOIN present USING (device_id, store)
    JOIN access_accessright x
        ON x.device_id = answer.device_id AND x.place = present.place AND x.subject = answer.subject
    WHERE answer.number = x.want AND x.held IS DISTINCT FROM x.want
    ORDER BY x.id FOR NO KEY UPDATE OF x SKIP LOCKED
)
UPDATE access_accessright x SET refused = left(noted.reason, 60) FROM noted WHERE x.id = noted.id
"""
)


@transaction.atomic
def confirm(answers: Sequence[AccessAnswer]) -> int:
    """Rights whose device holds exactly what is wanted are held from now on.

    Of a removal a higher number is as good.
    One statement for any number of answers. Returns how many rights became held.
    """
    rows = [(answer, *item) for answer in answers for item in answer.items]
    values = _columns(rows) | {"ons": [row[3] for row in rows]}
    return run(_HELD, values) if rows else 0


@transaction.atomic
def refuse(answers: Sequence[AccessAnswer]) -> int:
    """Note why a device did not take what is still wanted. Returns how many rights were refused."""
    rows = [(answer, *item) for answer in answers for item in answer.refused]
    values = _columns(rows) | {"reasons": [row[3] for row in rows]}
    return run(_REFUSED, values) if rows else 0


@transaction.atomic
def sent(items: Iterable[tuple[int, int, int]]) -> None:
    """Note that (device, subject, number) were put on the wire just now."""
    rows = sorted(items)
    if rows:
        text = """
            UPDATE access_accessright x SET sent_at = clock_timestamp()
            FROM unnest(%(devices)s::bigint[], %(subjects)s::bigint[], %(numbers)s::bigint[])
                AS row(device_id, subject, number), devices_device d
            WHERE d.id = row.device_id AND x.device_id = d.id AND x.place = d.place
              AND x.subject = row.subject AND x.want = row.number"""
        devices, subjects, numbers = (list(column) for column in zip(*rows, strict=True))
        run(text, {"devices": devices, "subjects": subjects, "numbers": numbers})


@transaction.atomic
def lose_store(device_ids: Iterable[int]) -> int:
    """The memory of these devices was emptied or replaced: nothing is proven to be held any more.

    To be called in the transaction that writes the new store. What an earlier place still owed is
    settled by it: an empty memory has forgotten everybody. Returns how many rights changed.
    """
    ids = list(device_ids)
    text = """
        UPDATE access_accessright x SET held = NULL, held_at = NULL, sent_at = NULL, refused = ''
        FROM devices_device d
        WHERE d.id = x.device_id AND x.place = d.place AND d.id = ANY(%(ids)s::bigint[])
          AND (x.held IS NOT NULL OR x.refused <> '')"""
    return run(text, {"ids": ids}) + forget_places(ids)


@transaction.atomic
def forget_places(device_ids: Iterable[int]) -> int:
    """These devices proved an empty memory at their present place: removals of earlier places are done.

    Returns how many rights are settled.
    """
    text = f"""
        UPDATE access_accessright x SET held = x.want, held_at = clock_timestamp(), refused = ''
        FROM devices_device d
        WHERE d.id = x.device_id AND x.place < d.place AND x.gone AND d.id = ANY(%(ids)s::bigint[])
          AND {OWED}"""
    return run(text, {"ids": list(device_ids)})


def _columns(rows: Sequence[tuple[AccessAnswer, int, int, object]]) -> dict[str, object]:
    return {
        "devices": [row[0].device_id for row in rows],
        "stores": [row[0].store for row in rows],
        "subjects": [row[1] for row in rows],
        "numbers": [row[2] for row in rows],
    }
