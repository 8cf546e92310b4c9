"""Every kind of page in a real browser: axe finds nothing, nothing is too wide or refused by the policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import User
from smartplus.run.stack import Stack
from tests.browser.judging import faults_of
from tests.browser.places import last_weeks, rows

PAGES: dict[str, tuple[str, ...]] = {
    "installer": (
        "/",
        "/sites/",
        "/sites/add/community/",
        "/sites/add/house/",
        "/sites/{site}/",
        "/sites/{site}/units/",
        "/sites/{site}/residents/",
        "/sites/{site}/buildings/",
        "/sites/{site}/units/add/",
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
        "/sites/{site}/settings/",
        "/sites/{site}/units/?all",
        "/sites/{site}/units/?all > Edit…",
        "/sites/{site}/units/{unit}/",
        "/sites/{site}/units/{unit}/edit/",
        "/sites/{site}/units/{unit}/reset/",
        "/sites/{site}/units/{waiting}/codes/ > Make codes",
        "/sites/{site}/codes/",
        "/sites/{site}/residents/",
        "/sites/{site}/residents/add/",
        "/sites/{site}/residents/{person}/",
        "/sites/{site}/residents/{person}/move/",
        "/sites/{site}/residents/{person}/out/",
        "/sites/{site}/residents/{person}/data/",
        "/sites/{site}/residents/lease-table/{leases}/",
        "/access/{site}/residents/{person}/",
        "/access/{site}/residents/{person}/erase/",
        "/access/{site}/residents/import/{edited}/",
        "/access/{site}/residents/{former}/departure/",
        "/access/{site}/departures/",
        "/access/{site}/groups/",
        "/access/{site}/groups/{group}/",
        "/access/{site}/doors/",
        "/logs/{site}/doors/",
        "/simulator/",
        "/simulator/{device}/",
        "/accounts/profile/",
    ),
    "resident": ("/access/mine/", "/sites/mine/data/"),
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


def user_name(role: str) -> str:
    """The demo's login of a role; residents have a number."""
    return User.objects.filter(role="resident").earliest("pk").username if role == "resident" else role


@pytest.mark.parametrize("role", PAGES)
def test_nothing_is_wrong_with_the_pages(demo: Stack, sign_in: Callable[..., Page], role: str) -> None:
    page = sign_in(user_name(role))
    ids = rows() | (last_weeks() if role == "manager" else {})
    faults = {}
    for pattern in PAGES[role]:
        visit(page, pattern.format(**ids))
        for theme, width in MODES:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            if wrong := faults_of(page):
                faults[f"{pattern} {theme} {width}"] = wrong
    assert faults == {}


def visit(page: Page, way: str) -> None:
    """Open an address; after ">" comes the button to press there."""
    path, _arrow, button = way.partition(" > ")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(path)
    assert answer is not None and answer.status == 200, path
    if button:
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
    page.wait_for_load_state("load")
