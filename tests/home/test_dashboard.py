"""The first page of installers (S1) and property managers (S15): figures, charts, leases."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import Role
from devices.models import Device
from logs import queries as logs
from logs.models import DoorLog
from logs.services import DoorNews, store_door_events
from sites import services as sites
from sites.models import Residency, Site
from smartplus.home import queries
from tests.sessions import client_of
from tests.world import crowd

pytestmark = pytest.mark.django_db


def figures(world: Any, role: Role, site: Site | None = None) -> dict[str, str]:
    """The tiles as label: figure."""
    return {str(tile["label"]): tile["figure"] for tile in queries.figures(world.scope(role), site)}


def happened(world: Any, at: datetime, **more: Any) -> None:
    """One thing at the door of this world."""
    device = world.rows[Device]
    told = {"action": "open", "method": "pin", "response": "success", "reason": "", "code": "", **more}
    seq = 100 + DoorLog.objects.count()
    place = {"device_id": device.pk, "place": device.place, "store": 1, "relay": 1}
    store_door_events([DoorNews(seq=seq, at=at, subject=None, **place, **told)])


def test_an_installer_counts_sites_by_kind_devices_and_accounts(alpha: Any) -> None:
    scope = alpha.scope(Role.INSTALLER)
    sites.add_house(scope=scope, values={"name": "Villa"}, home={}, master={"first_name": "Vera"})
    sites.add_site(scope=scope, kind="office", name="Harbour")
    Residency.objects.filter(site=alpha.rows[Site]).update(app_state="registered", account_state="expired")
    assert figures(alpha, Role.INSTALLER) == {
        "Communities": "1", "Offices": "1", "Single-family houses": "1", "Residents": "2",
        "Devices online": "0", "Off line": "0", "Never connected": "1",
    }  # fmt: skip
    known = queries.accounts(scope)
    assert known["app"] == {"registered": 1, "unregistered": 1}
    assert known["account"] == {"expired": 1, "normal": 1}
    client = client_of(alpha.people[Role.INSTALLER])
    page = client.get("/").content.decode()
    for way in ("/sites/add/community/", "/sites/add/office/", "/sites/add/house/", "/accounts/users/add/"):
        assert f'href="{way}"' in page
    panel = client.get("/home/accounts/", headers={"HX-Request": "true"}).content.decode()
    assert all(word in panel for word in ("Registered", "Unregistered", "Normal", "Inactivated", "Expired"))


def test_a_manager_sees_the_own_site_only(alpha: Any, bravo: Any) -> None:
    crowd(bravo, 3)
    site = alpha.rows[Site]
    shown = figures(alpha, Role.PROPERTY_MANAGER, site)
    assert shown == {
        "Apartments": "1", "Residents": "1", "Devices online": "0", "Off line": "0", "Never connected": "1",
    }  # fmt: skip
    page = client_of(alpha.people[Role.PROPERTY_MANAGER]).get("/").content.decode()
    for part in ("doors/openings/", "residents/leases/", "doors/recent/", "residents/add/"):
        assert f"/{site.pk}/{part}" in page
    Site.objects.filter(pk=site.pk).update(managers_see_logs=False)
    page = client_of(alpha.people[Role.PROPERTY_MANAGER]).get("/").content.decode()
    assert "doors/openings/" not in page and "residents/leases/" in page
    refused = client_of(alpha.people[Role.PROPERTY_MANAGER]).get(f"/logs/{site.pk}/doors/openings/")
    assert refused.status_code == 403


def test_a_manager_without_a_site_is_told_why_nothing_is_here(alpha: Any) -> None:
    alpha.rows[Site].managers.clear()
    answer = client_of(alpha.people[Role.PROPERTY_MANAGER]).get("/")
    assert answer.status_code == 200 and "No site yet" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.INSTALLER, Role.PROPERTY_MANAGER])
def test_the_dashboard_costs_the_same_for_few_and_many(alpha: Any, role: Role) -> None:
    client = client_of(alpha.people[role])
    client.get("/")
    asked = []
    for copies in (1, 8):
        crowd(alpha, copies)
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        asked.append(sum("django_session" not in query["sql"] for query in captured))
    assert asked[0] == asked[1] <= 15


def test_days_are_those_of_the_site(alpha: Any) -> None:
    """23:30 and 00:30 in Auckland are one day in UTC and two where the doors are."""
    site = alpha.rows[Site]
    DoorLog.objects.filter(site=site).delete()
    site.time_zone = "Pacific/Auckland"
    midnight = datetime.now(ZoneInfo(site.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    half = timedelta(minutes=30)
    happened(alpha, (midnight - half).astimezone(UTC), method="face")
    happened(alpha, midnight.astimezone(UTC), method="card")
    happened(alpha, (midnight - timedelta(days=13)).astimezone(UTC))
    happened(alpha, (midnight - timedelta(days=13, microseconds=1)).astimezone(UTC))
    happened(alpha, midnight.astimezone(UTC), response="failed", reason="no_right")
    happened(alpha, midnight.astimezone(UTC), action="close", method="")
    happened(alpha, midnight.astimezone(UTC), response="offline")
    known = logs.openings(DoorLog.objects.filter(site=site), site)
    today = midnight.date()
    assert (len(known.days), known.days[-1]) == (14, today)
    assert known.opened == {
        known.days[0]: {"pin": 1}, known.days[-2]: {"face": 1}, today: {"card": 1},
    }  # fmt: skip
    assert known.refused == {today: 1} and known.total == 3


def test_openings_are_counted_once_a_minute(alpha: Any) -> None:
    site = alpha.rows[Site]
    rows = DoorLog.objects.filter(site=site)
    before = logs.openings(rows, site).total
    happened(alpha, now() - timedelta(minutes=1))
    with CaptureQueriesContext(connection) as captured:
        assert logs.openings(rows, site).total == before
    assert not captured.captured_queries
    cache.clear()
    assert logs.openings(rows, site).total == before + 1


def test_the_charts_say_their_figures(alpha: Any) -> None:
    site = alpha.rows[Site]
    url = f"/logs/{site.pk}/doors/openings/"
    client = client_of(alpha.people[Role.PROPERTY_MANAGER])
    for method in ("pin", "card", "face", "home", "qr", "nfc", "bluetooth"):
        happened(alpha, now() - timedelta(minutes=1), method=method)
    answer = client.get(url, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "Openings by day" in page and "Bluetooth" in page and "10 openings" in page
    plot = answer.context["names"]
    assert len(plot) == 5 and str(plot[-1]) == "Others"
    assert all(sum(row["values"]) in (0, 10) for row in answer.context["days"])
    DoorLog.objects.filter(site=site).delete()
    cache.clear()
    assert "No door was opened" in client.get(url, headers={"HX-Request": "true"}).content.decode()


def test_leases_that_end_lead_to_the_list_of_them(alpha: Any) -> None:
    site, person = alpha.rows[Site], alpha.rows[Residency]
    client = client_of(alpha.people[Role.PROPERTY_MANAGER])
    url = f"/sites/{site.pk}/residents/leases/"
    assert "No lease ends" in client.get(url).content.decode()
    for days, shown in ((29, True), (31, False), (-1, False)):
        end = now() + timedelta(days=days)
        Residency.objects.filter(pk=person.pk).update(valid_until=end)
        page = client.get(url).content.decode()
        assert (person.full_name in page) == shown, days
        listed = client.get(f"/sites/{site.pk}/residents/?lease=ending")
        assert listed.context["page"].match_count.rows == shown
        assert ("?lease=ending" in page) == shown
