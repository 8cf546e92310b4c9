"""Every kind of page in a real browser: axe finds nothing, nothing is too wide or refused by the policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from access.models import AccessGroup
from accounts.models import User
from devices.models import Device
from sites.models import Residency, Site, Unit
from smartplus.run.stack import Stack
from tests.browser.judging import faults_of

PAGES: dict[str, tuple[str, ...]] = {
    "installer": (
        "/",
        "/sites/",
        "/sites/{site}/",
        "/sites/{site}/units/",
        "/sites/{site}/residents/",
        "/sites/{site}/buildings/",
        "/devices/",
        "/devices/{device}/",
        "/devices/{device}/edit/",
        "/devices/{device}/autop/",
        "/devices/site/{site}/add/",
        "/devices/site/{site}/import/",
        "/devices/macs/",
        "/accounts/users/",
        "/accounts/users/{helper}/",
        "/sites/of/{helper}/",
        "/sites/{site}/managers/",
        "/sites/people/?view=community",
        "/logs/operations/",
    ),
    "manager": (
        "/",
        "/search/?q=en",
        "/sites/{site}/units/{unit}/",
        "/sites/{site}/residents/{person}/",
        "/access/{site}/residents/{person}/",
        "/access/{site}/groups/",
        "/access/{site}/groups/{group}/",
        "/access/{site}/doors/",
        "/logs/{site}/doors/",
        "/simulator/",
        "/simulator/{device}/",
        "/accounts/profile/",
    ),
    "resident": ("/access/mine/",),
    "distributor": (
        "/",
        "/accounts/organisations/",
        "/accounts/installers/",
        "/accounts/organisations/add/?kind=installer",
        "/accounts/organisations/{installer}/",
        "/accounts/organisations/{installer}/delete/",
        "/sites/people/?view=community",
        "/devices/project/",
        "/devices/macs/",
    ),
    "operator": ("/", "/accounts/organisations/", "/accounts/users/"),
}
MODES = (("light", 1440), ("dark", 390))


def rows() -> dict[str, int]:
    """A row of each kind of the demo, by what it is called in an address."""
    site = Site.objects.get(name="Lindenhof Courtyard")
    person = Residency.objects.filter(site=site).earliest("pk")
    return {
        "site": site.pk,
        "device": Device.objects.get(site=site, name="Main entrance").pk,
        "unit": Unit.objects.filter(site=site).earliest("pk").pk,
        "person": person.pk,
        "helper": User.objects.get(username="subinstaller").pk,
        "installer": site.organisation_id,
        "group": AccessGroup.objects.filter(site=site).earliest("pk").pk,
    }


def user_name(role: str) -> str:
    """The demo's login of a role; residents have a number."""
    return User.objects.filter(role="resident").earliest("pk").username if role == "resident" else role


@pytest.mark.parametrize("role", PAGES)
def test_nothing_is_wrong_with_the_pages(demo: Stack, sign_in: Callable[..., Page], role: str) -> None:
    page = sign_in(user_name(role))
    faults = {}
    for pattern in PAGES[role]:
        path = pattern.format(**rows())
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        page.wait_for_load_state("load")
        for theme, width in MODES:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            if wrong := faults_of(page):
                faults[f"{path} {theme} {width}"] = wrong
    assert faults == {}
