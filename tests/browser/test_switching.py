"""A distributor helps in an installer's account: offered, granted, seen by everybody, revoked."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import Switch
from sites.models import Site
from smartplus.run.stack import Stack

INSTALLER = "Nordhaven Access"
SITE = "Made by the helper"
BANNER = "Switched account"


def test_a_distributor_helps_in_an_installers_account(demo: Stack, sign_in: Callable[..., Page]) -> None:
    distributor, installer = sign_in("distributor"), sign_in("installer")
    it_is_offered_and_granted(distributor, installer)
    inside_it_is_said_on_every_page(distributor)
    the_installer_reads_it_and_revokes(installer)
    distributor.get_by_role("link", name="Devices", exact=True).first.click()
    expect(distributor.locator(".toast")).to_contain_text("You are back in your own account")
    expect(distributor.get_by_label(BANNER)).to_have_count(0)
    expect(distributor.locator(".me")).to_contain_text("Henrik Dahl")
    assert Switch.objects.get().end_reason == "revoked"


def it_is_offered_and_granted(distributor: Page, installer: Page) -> None:
    """The distributor's switch, then the installer's consent, then an open lock."""
    distributor.goto("/accounts/installers/")
    distributor.get_by_role("link", name=INSTALLER).first.click()
    distributor.get_by_role("link", name="Edit", exact=True).first.click()
    distributor.get_by_role("group", name="Access without password").get_by_role("switch").check()
    distributor.get_by_role("button", name="Save").click()
    expect(distributor.locator("main")).to_contain_text("Offered, not granted")
    installer.goto("/accounts/settings/")
    installer.get_by_role("link", name="Account Setting").click()
    installer.get_by_text("For 1 day").click()
    installer.get_by_role("button", name="Grant access").click()
    expect(installer.locator(".head")).to_contain_text("It is granted until")
    distributor.goto("/accounts/installers/")
    expect(distributor.get_by_label("You can switch in")).to_be_visible()


def inside_it_is_said_on_every_page(page: Page) -> None:
    """In by a question, a change, and the line on a screen, a phone and paper."""
    page.get_by_role("link", name=INSTALLER).first.click()
    page.get_by_role("link", name="Switch in…").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch in").click()
    banner = page.get_by_label(BANNER)
    expect(banner).to_contain_text(re.compile(rf"You act as Maren Thygesen for {INSTALLER} until"))
    page.goto("/sites/add/community/")
    page.get_by_label("Name").fill(SITE)
    page.get_by_role("button", name="Add community").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SITE)
    assert Site.objects.get(name=SITE).organisation.name == INSTALLER
    expect(banner.get_by_role("button", name="Return to your account")).to_be_visible()
    page.emulate_media(media="print")
    expect(banner).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(banner.get_by_role("button", name="Return to your account")).to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 1000})


def the_installer_reads_it_and_revokes(page: Page) -> None:
    """Who was in, what they did, and out with them."""
    page.goto("/logs/operations/")
    row = page.locator("tbody tr").filter(has_text=SITE).first
    expect(row).to_contain_text("Henrik Dahl (distributor) as Maren Thygesen (installer)")
    page.goto("/accounts/setting/")
    page.get_by_role("link", name="Access without password").click()
    expect(page.locator("tbody tr").first).to_contain_text("Inside now")
    page.goto("/accounts/setting/")
    page.get_by_role("button", name="Revoke access").click()
    expect(page.locator(".toast")).to_contain_text("Access revoked")
