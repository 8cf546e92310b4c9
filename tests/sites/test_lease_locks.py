"""The same lease table brought by two people at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection

from access.models import AccessRight
from accounts.models import AuditEntry
from sites.models import Residency
from sites.services.lease_rows import LeaseRow, Standing
from sites.services.lease_sync import synchronise_leases
from tests.access.test_locks import elsewhere, held_open
from tests.access.village import small_home
from tests.waiting import until


def somebody_waits() -> bool:
    """Whether a connection to this database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_what_the_first_wrote_the_second_finds() -> None:
    home = small_home()
    Residency.objects.filter(pk=home.person.pk).update(kind="master")
    village, unit = home.village, home.village.unit(home.building, "9")
    rows = [
        LeaseRow(2, "Anna", "", "", unit.pk, None, None, Standing.CURRENT),
        LeaseRow(3, "Ole", "Dahl", "ole@example.net", home.unit.pk, None, None, Standing.CURRENT),
    ]

    def bring() -> Any:
        return synchronise_leases(scope=village.scope, site=village.site, rows=rows)

    begun, go_on = Event(), Event()
    with ThreadPoolExecutor(2) as pool:
        one = elsewhere(pool, held_open(bring, begun, go_on))
        assert begun.wait(20)
        other = elsewhere(pool, bring)
        until(somebody_waits, message="the second table does not wait for the first")
        go_on.set()
        one.result(20)
        assert [row.kinds for row in other.result(20).outcomes] == [{"same"}, {"same"}]
    assert Residency.objects.filter(site=village.site).count() == 2
    assert (
        AuditEntry.objects.filter(
            site_id=village.site.pk, verb__in=("resident.create", "resident.move")
        ).count()
        == 2
    )
    assert AccessRight.objects.filter(device=home.door, kind="person", gone=False).count() == 2
