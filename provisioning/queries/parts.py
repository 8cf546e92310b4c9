"""What we want of a device, part by part, beside what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from devices.models import Device, DeviceSync, Part
from devices.queries import part_state
from provisioning.sayings import error_words, part_words
from smartplus.kernel.words import _, ngettext

ORDER = (Part.CONFIG.value, Part.ACCESS.value, Part.CONTACTS.value)
JOINTS = {
    "in-sync": "equal",
    "drift": "equal-not",
    "failing": "triangle-alert",
    "pending": "arrow-right",
    "sent": "arrow-right",
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """One row of the ledger. `want` and `reports` are words, each with when it became so; `note` explains."""

    label: str
    state: str
    joint: str
    want: str
    changed_at: datetime | None
    reports: str
    acked_at: datetime | None
    sent_at: datetime | None
    note: str


# Counts of one device at its present place: a few thousand rows at most.
_RIGHTS = """
SELECT count(*) FILTER (WHERE NOT x.gone AND x.kind = 'person'),
    count(*) FILTER (WHERE NOT x.gone AND x.kind = 'person' AND x.held = x.want),
    count(*) FILTER (WHERE x.gone AND x.held IS DISTINCT FROM x.want)
FROM access_accessright x JOIN devices_device d ON d.id = x.device_id AND d.place = x.place
WHERE x.device_id = %s
"""

_VERSION = """
SELECT md5(string_agg(concat_ws(':', s.part, s.desired_rev, s.sent_rev, s.acked_rev, s.last_error,
    s.drifted_at, s.sent_at, n.online, n.reload_at), ',' ORDER BY s.part))
FROM devices_devicesync s JOIN devices_devicestate n ON n.device_id = s.device_id WHERE s.device_id = %s
"""


def parts_version(device_id: int) -> str:
    """A text that changes whenever the ledger of a device does; one indexed query."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [device_id])
        return str(cursor.fetchone()[0])


def part_lines(device: Device) -> list[PartLine]:
    """The ledger of a device; its `now` is read already."""
    syncs = DeviceSync.objects.filter(device=device).order_by("part")
    rows = sorted(syncs, key=lambda sync: ORDER.index(sync.part) if sync.part in ORDER else len(ORDER))
    return [_line(device, sync) for sync in rows]


def _line(device: Device, sync: DeviceSync) -> PartLine:
    state = part_state(sync)
    want, reports, note = f"r{sync.desired_rev}", f"r{sync.acked_rev}", ""
    if sync.part == Part.ACCESS:
        want, reports, note = _access_words(device)
    elif not sync.acked_rev:
        reports = _("Nothing yet")
    if sync.last_error:
        note = error_words(sync.last_error)
    elif state != "in-sync" and not device.now.online:
        note = _("Catches up when it returns")
    return PartLine(
        label=part_words(sync.part),
        state=state,
        joint=JOINTS.get(state, "minus"),
        want=want,
        changed_at=sync.changed_at,
        reports=reports,
        acked_at=sync.acked_at,
        sent_at=sync.sent_at if sync.sent_rev else None,
        note=note,
    )


def _access_words(device: Device) -> tuple[str, str, str]:
    """People we want, people it confirmed, and what goes on."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, [device.pk])
        people, held, leaving = cursor.fetchone()
    note = _("Being compared person by person") if device.now.reload_at is not None else ""
    return _people(people), _held(held, leaving), note


def _people(number: int) -> str:
    return ngettext("{n} person", "{n} people", number).format(n=f"{number:,}")


def _held(number: int, leaving: int) -> str:
    if not leaving:
        return _people(number)
    words = ngettext("{n} person, {leaving} to be removed", "{n} people, {leaving} to be removed", number)
    return words.format(n=f"{number:,}", leaving=leaving)
