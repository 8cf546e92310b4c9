"""The trade, in a browser: from the distributor down to a property manager, each by the link in an email."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from accounts.models import Organisation, Role, User
from accounts.permissions import scope_for
from sites.models import Site
from sites.services import add_site, remove_site
from smartplus.run.stack import Stack
from tests.accounts.mailbox import letters, link_in, text_of
from tests.browser.conftest import WINDOW
from tests.waiting import until

OWN = "seven-quiet-doors"
STEPS = 8  # more first steps than there can be
GATE = re.compile("/(login|link|password|code|accounts/welcome)")


def mails(demo: Stack, to: str) -> list[str]:
    """The texts of the letters to somebody, oldest first."""
    return [text_of(letter) for letter in letters(Path(demo.env["VAR"]) / "mail", to)]


def link_for(demo: Stack, to: str) -> str:
    """The set-password link of the newest letter to somebody."""
    folder = Path(demo.env["VAR"]) / "mail"
    until(lambda: bool(letters(folder, to)), 20, f"no letter to {to}")
    return link_in(letters(folder, to)[-1])


@contextmanager
def newcomer(browser: Browser, demo: Stack, email: str) -> Iterator[Page]:
    """A fresh browser of somebody who follows the link in the email and sets a password."""
    context = browser.new_context(**WINDOW, base_url=demo.url)
    page = context.new_page()
    try:
        page.goto(link_for(demo, email))
        page.get_by_label("New password", exact=True).fill(OWN)
        page.get_by_label("New password again").fill(OWN)
        page.get_by_role("button", name="Set password").click()
        page.wait_for_load_state()
        first_steps(page, demo, email)
        yield page
    finally:
        context.close()


def first_steps(page: Page, demo: Stack, email: str) -> None:
    """Go through what is asked at a first login, until the menu is there."""
    for _ in range(STEPS):
        if page.get_by_role("navigation", name="Main").count() and not GATE.match(path_of(page)):
            return
        before = page.url
        answer(page, demo, email)
        page.wait_for_load_state()
        assert page.url != before or page.get_by_role("navigation", name="Main").count(), page.url
    raise AssertionError(f"still asked something at {page.url}")


def path_of(page: Page) -> str:
    """The path of the address."""
    return "/" + page.url.split("/", 3)[-1]


def answer(page: Page, demo: Stack, email: str) -> None:
    """Agree, skip, type the code that came by email, prove the address, or go on."""
    code = page.locator("input[autocomplete=one-time-code]")
    if code.count():
        code.first.fill(newest_code(demo, email))
        page.get_by_role("button", name="Log in").click()
        return
    if page.get_by_role("heading", name="Look into your mailbox").count():
        folder = Path(demo.env["VAR"]) / "mail"
        until(lambda: len(letters(folder, email)) > 1, 20, f"no second letter to {email}")
        page.goto(link_in(letters(folder, email)[-1]))
        page.get_by_role("button").first.click()
        return
    for word in ("Agree", "Skip", "Send a link", "Go on"):
        for role in ("button", "link"):
            found = page.get_by_role(role, name=word, exact=True)  # type: ignore[arg-type]
            if found.count():
                found.first.click()
                return
    raise AssertionError(f"nothing to press at {page.url}: {page.locator('body').inner_text()[:300]}")


def newest_code(demo: Stack, email: str) -> str:
    """The six digits of the newest letter that has some."""

    def codes() -> list[str]:
        return [found[0] for text in mails(demo, email) if (found := re.search(r"\b\d{6}\b", text))]

    until(lambda: bool(codes()), 20, f"no code for {email}")
    return codes()[-1]


def add_company(page: Page, kind: str, label: str, name: str, user: str, **more: str) -> None:
    """From the list of its kind to the page of the new company."""
    page.goto(f"/accounts/{kind}/")
    page.get_by_role("link", name=f"Add {label}").first.click()
    page.get_by_label("Company", exact=True).fill(name)
    page.get_by_label("User name").fill(user)
    page.get_by_label("Email", exact=True).fill(f"{user}@trade.example")
    for option, value in more.items():
        page.locator(f"[name={option}]").select_option(value)
    page.get_by_role("button", name="Add organisation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_from_the_distributor_down_to_the_manager(
    demo: Stack, browser: Browser, sign_in: Callable[..., Page]
) -> None:
    distributor = sign_in("distributor")
    add_company(distributor, "sub-distributors", "sub-distributor", "Harz Trade", "harz")
    with newcomer(browser, demo, "harz@trade.example") as reseller:
        assert not reseller.get_by_role("link", name="Sub-distributors", exact=True).count()
        add_company(reseller, "installers", "installer", "Brocken Access", "brocken", connect_type="tls")
        expect(reseller.locator("main")).to_contain_text("TLS")
    company = Organisation.objects.get(name="Brocken Access")
    assert (company.connect_type, company.parent.name) == ("tls", "Harz Trade")  # type: ignore[union-attr]
    with newcomer(browser, demo, "brocken@trade.example") as installer:
        installer.goto("/accounts/users/")
        installer.get_by_role("link", name="Add property manager").first.click()
        installer.get_by_label("First name").fill("Ilsabe")
        installer.get_by_label("Email", exact=True).fill("ilsabe@trade.example")
        installer.get_by_label("User name").fill("ilsabe")
        installer.get_by_role("button", name="Add user").click()
        expect(installer.get_by_role("heading", level=1)).to_have_text("Ilsabe")
        expect(installer.locator("main")).to_contain_text("Works for no site yet")
    with newcomer(browser, demo, "ilsabe@trade.example") as manager:
        expect(manager.get_by_role("navigation", name="Main")).to_contain_text("Settings")
        manager.goto("/accounts/users/")
        expect(manager.locator("body")).not_to_contain_text("Add user")
    roles = dict(User.objects.filter(password__gt="").values_list("username", "role"))
    assert (roles["harz"], roles["brocken"]) == (Role.SUB_DISTRIBUTOR, Role.INSTALLER)
    refused_while_somebody_is_below(distributor)


def refused_while_somebody_is_below(page: Page) -> None:
    """The sub-distributor cannot go before its installer."""
    page.goto("/accounts/sub-distributors/?q=harz")
    page.get_by_role("link", name="Harz Trade").first.click()
    page.get_by_role("link", name="Delete…").first.click()
    expect(page.locator("dialog")).to_contain_text("Companies below it: Brocken Access")
    page.get_by_role("button", name="Delete organisation").click()
    expect(page.locator("dialog [role=alert]")).to_contain_text("Delete them first")
    assert Organisation.objects.filter(name="Harz Trade", is_active=True).exists()


def test_two_lists_are_searched_and_picked_by_keyboard(demo: Stack, sign_in: Callable[..., Page]) -> None:
    boss, helper = (User.objects.get(username=name) for name in ("installer", "subinstaller"))
    kind = Site.Kind.COMMUNITY
    sites = [add_site(scope=scope_for(boss), kind=kind, name=f"Harbour {number}") for number in range(8)]
    before = set(helper.given_sites.values_list("name", flat=True))
    page = sign_in("installer")
    page.goto(f"/accounts/users/{helper.pk}/")
    page.get_by_role("link", name="Change", exact=True).click()
    left = page.get_by_role("searchbox", name="Search what is to be selected")
    left.fill("harbour 7")
    shown = page.locator(".picker > label:visible", has_text="Harbour")
    expect(shown).to_have_count(1)
    left.press("Enter")  # looks for it, saves nothing
    shown.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    page.get_by_role("searchbox", name="Search what is selected").fill("nothing like it")
    expect(shown).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Harbour 7")
    assert set(helper.given_sites.values_list("name", flat=True)) == before | {"Harbour 7"}
    for site in sites:  # the demo is there for other tests as well
        remove_site(scope=scope_for(boss), site=site)
