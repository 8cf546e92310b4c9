"""The look in a real browser: nothing for axe to find, nothing too wide, nothing refused by the policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.judging import faults_of

WIDTHS = {1440: 1000, 390: 844}


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    """The portal without a database: these pages may ask nothing of it."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


def opened(browser: Browser, url: str, width: int = 1440, theme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme, has_touch=width == 390
    )
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page


def too_wide(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/styleguide/", "/login/"])
def test_nothing_is_wrong_with_the_parts(
    browser: Browser, portal: str, path: str, width: int, theme: str
) -> None:
    page = opened(browser, portal + path, width, theme)
    assert page.said == []
    assert faults_of(page) == []
    page.context.close()


def test_right_to_left_fits_a_phone(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/styleguide/", 390)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert too_wide(page) <= 0
    page.context.close()


def test_icons_come_from_the_sprite(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/styleguide/")
    drawn = "[...document.querySelectorAll('.top .icon use')].every((use) => use.getBBox().width > 4)"
    page.wait_for_function(drawn)
    page.context.close()


def test_the_theme_is_kept_before_the_login(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/login/")
    page.click("[data-theme-toggle]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    served = page.reload().text()
    assert 'data-theme="dark"' in served
    page.context.close()


def test_keys_find_the_search_and_close_menus(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/styleguide/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('[data-search]')")
    page.keyboard.press("Escape")
    page.click(".me summary")
    assert page.evaluate("document.querySelector('.me details').open")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('.me details').open")
    assert page.evaluate("document.activeElement.matches('.me summary')")
    page.context.close()


def test_one_box_picks_all_rows(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/styleguide/")
    picked = "document.querySelectorAll('tbody .pick :checked').length"
    page.click("thead .pick input")
    assert page.evaluate(picked) == page.evaluate("document.querySelectorAll('tbody .pick input').length")
    page.click("tbody tr:first-child .pick input")
    assert page.evaluate("document.querySelector('thead .pick input').indeterminate")
    page.context.close()


def test_ages_go_on_while_the_page_is_open(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/styleguide/")
    first = page.inner_text("time[data-ago]")
    page.wait_for_function(
        "(first) => document.querySelector('time[data-ago]').textContent !== first", arg=first
    )
    page.context.close()


def test_the_drawer_opens_on_a_phone(browser: Browser, portal: str) -> None:
    page = opened(browser, f"{portal}/styleguide/", 390)
    assert not page.is_visible(".nav")
    page.click(".dock button")
    assert page.is_visible(".nav")
    page.click(".side > header button")
    assert not page.is_visible(".nav")
    page.context.close()
