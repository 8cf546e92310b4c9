"""What an installer's company says of calls and video reaches every device of its sites, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from accounts.services.organisations import change_organisation
from devices.models import DeviceSync, Part
from provisioning.protocol import Config
from provisioning.rendering import render_config
from provisioning.rendering.autop import autop_text
from provisioning.simulator.panel import _calls
from smartplus.kernel.scoping import Scope
from tests.access.village import Village

pytestmark = pytest.mark.django_db
TOLD = {"connect_type": "tls", "rtp_confusion": True, "rtsps": True}


def operator(company: Organisation) -> Scope:
    """Somebody who reaches the company, whose village made it without a trade above."""
    user = User(pk=0, username="operator", role=Role.OPERATOR, organisation=company)
    return replace(scope_for(user), user_id=0)


def test_all_devices_of_the_installer_are_told() -> None:
    village, other = Village(), Village()
    doors = [village.door(), village.door(), other.door()]
    DeviceSync.objects.all().delete()
    company = Organisation.objects.get(pk=village.site.organisation_id)
    change_organisation(scope=operator(company), organisation=company, changes=TOLD)
    marked = DeviceSync.objects.filter(part=Part.CONFIG).values_list("device_id", flat=True)
    same_company = other.site.organisation_id == company.pk
    assert set(marked) == {door.pk for door in (doors if same_company else doors[:2])}
    config = Config.read(render_config([doors[0].pk])[doors[0].pk])
    assert (config.transport, config.rtp_confusion, config.rtsps) == ("tls", True, True)
    assert _calls(config) == ["calls by TLS", "RTP confusion", "RTSPS"], "the simulated device shows it"
    assert "Config.Account1.SIP.TransType = 2\n" in autop_text(doors[0], config, datetime.now(UTC))
    default = replace(config, transport="", rtp_confusion=False, rtsps=False)
    assert "TransType" not in autop_text(doors[0], default, datetime.now(UTC))
    assert _calls(default) == []


def test_what_no_device_shows_tells_no_device() -> None:
    village = Village()
    village.door()
    DeviceSync.objects.all().delete()
    company = Organisation.objects.get(pk=village.site.organisation_id)
    same = {name: getattr(company, name) for name in TOLD}
    change_organisation(scope=operator(company), organisation=company, changes={"phone": "+49 30 1", **same})
    assert not DeviceSync.objects.exists()


def test_older_bodies_on_a_device_are_still_read() -> None:
    body = Config("a", "b", "UTC", transport="udp").json()
    assert Config.read(body).transport == "udp"
    for name in ("transport", "rtp_confusion", "rtsps"):
        del body[name]
    assert Config.read(body) == Config("a", "b", "UTC")
