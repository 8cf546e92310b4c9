"""A real browser makes a passkey and signs in by it, with an authenticator that Chromium plays itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.accounts.makers import PASSWORD, make_operator, make_trade
from tests.browser.judging import faults_of


@pytest.fixture
def portal(transactional_db: None, settings: Any) -> Iterator[str]:
    """The portal under a name: browsers keep no passkeys for a bare address."""
    server = LiveServer("localhost")
    settings.PUBLIC_URL = server.url
    make_trade("Nord", make_operator())
    yield server.url
    server.stop()


def is_sound(page: Page) -> None:
    """Nothing for axe to find, nothing too wide for a phone."""
    assert faults_of(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.set_viewport_size({"width": 1440, "height": 1000})


def with_authenticator(page: Page) -> None:
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_made_on_the_page_and_asked_at_the_door(browser: Browser, portal: str) -> None:
    page = browser.new_context(base_url=portal).new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    with_authenticator(page)
    page.goto("/login/?next=/accounts/security/passkeys/add/")
    page.get_by_label("User name or email").fill("Nord-installer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Name").wait_for()
    is_sound(page)
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    is_sound(page)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("Blue key").first.wait_for()
    is_sound(page)
    page.goto("/accounts/security/sessions/")
    is_sound(page)

    page.context.clear_cookies()
    page.goto("/login/?next=/accounts/security/")
    page.get_by_role("button", name="With a passkey").click()
    page.get_by_role("heading", name="Sign-in & security").wait_for()

    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_label("User name or email").fill("Nord-installer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Prove it is you").wait_for()
    is_sound(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto("/accounts/confirm/?next=/accounts/security/app/")
    is_sound(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Set up an app").wait_for()
    is_sound(page)
    assert said == []
    page.context.close()
