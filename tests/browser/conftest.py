"""A real browser in front of the running product."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from smartplus.run.stack import Stack
from tests.product import inside, stack

__all__ = ["inside", "stack"]

PASSWORD = "open-the-door"  # the demo's
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--renderer-process-limit=1",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
# Without motion nothing is waited for, and no live mark beats on while others work.
WINDOW: Any = {"viewport": {"width": 1440, "height": 1000}, "reduced_motion": "reduce"}
PATIENCE = 20_000  # milliseconds until something that should come has failed to


def program() -> str | None:
    """Debian's Chromium without windows, which takes a third less time; else the whole of it."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process.

    Playwright keeps an event loop in this thread; the tests look at rows from it all the same.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def demo(inside: Stack) -> Stack:
    """The product with the demo's people and devices."""
    from smartplus.demo import seed  # noqa: PLC0415 - models load once Django is set up

    hasher = "django.contrib.auth.hashers.Argon2PasswordHasher"  # as the running portal's
    with override_settings(PASSWORD_HASHERS=[hasher]):
        seed()
    return inside


@pytest.fixture
def sign_in(browser: Browser, demo: Stack) -> Iterator[Callable[..., Page]]:
    """`sign_in("manager")` gives a page of that person; what the browser complains about fails the test."""
    contexts: list[Any] = []
    said: list[str] = []
    expect.set_options(timeout=PATIENCE)

    def enter(username: str, **options: Any) -> Page:
        context = browser.new_context(**WINDOW, base_url=demo.url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/login/")
        page.get_by_label("User name or email").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert said == []
