"""Leases and calls: who has moved in is rung from the first minute, who has moved out no more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from access.statements import fetch
from devices.models import Device, Part
from devices.services import mark_changed

from .listeners import listing

# Where a span began or ended lately, and when that was last; a week back: what was missed is made up for.
_TURNED = """
SELECT p.site_id, array_agg(DISTINCT p.building_id) FILTER (WHERE p.building_id IS NOT NULL),
       array_agg(DISTINCT p.unit_id) FILTER (WHERE p.unit_id IS NOT NULL), max(turn.at)
FROM access_subject s
CROSS JOIN LATERAL (VALUES (s.valid_from), (s.valid_until)) AS turn(at)
JOIN sites_residency p ON p.id = s.residency_id
WHERE turn.at BETWEEN now() - interval '8 days' AND now()
GROUP BY p.site_id ORDER BY p.site_id
"""


def follow_leases() -> int:
    """Have contacts told anew where a lease began or ended since they were told; returns on how many devices.

    What was marked after that moment is left alone, so it may run each minute, and after a pause.
    """
    return sum(_follow(*row) for row in fetch(_TURNED))


@transaction.atomic
def _follow(
    site_id: int, buildings: Sequence[int] | None, units: Sequence[int] | None, turned: datetime
) -> int:
    told_before = Device.objects.filter(
        listing(site_id, buildings or (), units or ()),
        syncs__part=Part.CONTACTS, syncs__changed_at__lt=turned,
    )  # fmt: skip
    devices = set(told_before.values_list("pk", flat=True))
    mark_changed(devices, Part.CONTACTS)
    return len(devices)
