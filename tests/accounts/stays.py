"""What the tests of switching share: an installer that may be entered, and somebody inside."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Organisation, Role, Switch, User
from accounts.services import organisations, switching
from sites.models import Site
from smartplus.kernel.errors import Refused

from .makers import KINDS, Trade

SITE = {
    "feature_plan": "premium",
    "name": "Made inside", "city": "Bergen", "country": "NO", "time_zone": "Europe/Oslo", "hours_24": "True",
    "date_format": "Y/M/D", "pin_mode": "apt_pin", "access_control": "public", "managers_see_logs": "on",
}  # fmt: skip
"""What makes a site, typed by somebody who may."""


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def company(trade: Trade) -> Organisation:
    return Organisation.objects.get(pk=trade.companies[KINDS.INSTALLER].pk)


def offer(trade: Trade, on: bool = True) -> None:
    organisations.change_organisation(
        scope=trade.scope(Role.DISTRIBUTOR), organisation=company(trade), changes={"switching_offered": on}
    )


def granted(trade: Trade, length: str = "1") -> None:
    offer(trade)
    switching.grant(scope=trade.scope(Role.INSTALLER), length=length)


def address(trade: Trade) -> str:
    return f"/accounts/organisations/{company(trade).pk}/switch/"


def inside(trade: Trade, role: Role = Role.DISTRIBUTOR) -> Client:
    """A browser of somebody above, who has switched in."""
    granted(trade)
    client = signed_in(trade.people[role])
    assert client.post(address(trade))["Location"] == "/"
    return client


def refused(call: Callable[..., Any], **given: Any) -> str:
    """The code of the refusal; and nothing was written."""
    before = AuditEntry.objects.count(), Switch.objects.count()
    with pytest.raises(Refused) as caught:
        call(**given)
    assert (AuditEntry.objects.count(), Switch.objects.count()) == before
    return caught.value.code


def is_out(client: Client, why: str) -> None:
    """The next click does nothing, says why, and the one after it is in the own account."""
    response = client.post("/sites/add/community/", SITE)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert not Site.objects.filter(name=SITE["name"]).exists()
    home = client.get("/").content.decode()
    assert why in home
    assert "You act as" not in home
    assert "switch" not in client.session
