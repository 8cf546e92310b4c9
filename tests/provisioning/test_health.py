"""What the doctor asks about pushes."""

from datetime import timedelta

from django.utils.timezone import now

from devices.models import DeviceState, DeviceSync
from provisioning.services import health
from smartplus.doctor import examine
from tests.provisioning.houses import settled_house


def test_what_waits_for_too_long_is_found(db: None) -> None:
    settled_house()
    assert health.overdue() == 0
    late = DeviceSync.objects.order_by("pk").first()
    assert late is not None
    DeviceSync.objects.filter(pk=late.pk).update(due_at=now() - timedelta(minutes=2))
    assert health.overdue() == 1
    [found] = examine({"pushes"})
    assert not found.well
    assert found.text.startswith("1 part")
    DeviceState.objects.update(online=False)
    assert health.overdue() == 0, "a device that is away is nobody's fault"
