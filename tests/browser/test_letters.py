"""Login details as people see them (S6): what each rule sends, in three languages, drawn by a browser."""

from base64 import b64encode
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import Email
from accounts.services import outbox
from sites import services
from sites.models import Residency
from tests.accounts.mailbox import link_in, text_of
from tests.browser.judging import faults_of
from tests.sites.conftest import world
from tests.sites.makers import House

__all__ = ["world"]

DIRECTIONS = {"en": "ltr", "zh-hans": "ltr", "fa": "rtl"}
MAILED = {"email": "anna@example.net"}
TEXTED = {"country_code": "45", "mobile": "20123456"}
MAIL_WIDTH, PHONE_WIDTH = 640, 390
WORD = "Lindenhofgartenhausverwaltungsgenossenschaftsprojektentwicklung"
SEEN = """() => {
    const all = (what) => [...document.querySelectorAll(what)];
    return {
        language: document.documentElement.lang,
        directions: [...new Set(all("h1, p, td").map((one) => getComputedStyle(one).direction))],
        cut: all("body *").filter((one) => {
            const box = one.getBoundingClientRect();
            return box.left < 0 || box.right > innerWidth;
        }).map((one) => one.outerHTML.slice(0, 90)),
        pictures: all("img").map((one) => one.naturalWidth > 100 && one.alt !== ""),
        links: all("a").filter((one) => one.innerText.trim()).map((one) => one.href),
    };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A window to show letters in."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def gateway(settings: Any, tmp_path: Path) -> Path:
    """Where text messages go."""
    settings.SMS_URL = f"file://{tmp_path}"
    settings.PUBLIC_URL = "https://portal.example.com"
    return tmp_path


def member_of(world: House, language: str, **reached: str) -> Residency:
    """A member whom only the family master can be reached for, who reads `language`."""
    world.master(language=language, **reached)
    Email.objects.all().delete()
    return world.member(last_name="Berg", language="de")


def show(page: Page, message: EmailMessage) -> None:
    """The HTML of a letter, with the pictures that came with it."""
    html = text_of(message, "html")
    for part in message.walk():
        if name := part.get("Content-ID"):
            data = b64encode(part.get_payload(decode=True)).decode()
            html = html.replace(f"cid:{name.strip('<>')}", f"data:{part.get_content_type()};base64,{data}")
    page.set_content(html)


def judge(page: Page, sent: Any, language: str) -> None:
    """Shown at the width of a mail program and of a telephone, nothing is wrong with a letter."""
    message = message_from_bytes(sent.message().as_bytes(), policy=default)
    show(page, message)
    for width in (MAIL_WIDTH, PHONE_WIDTH):
        page.set_viewport_size({"width": width, "height": 900})
        seen = page.evaluate(SEEN)
        assert seen == {
            "language": language,
            "directions": [DIRECTIONS[language]],
            "cut": [],
            "pictures": [True],
            "links": [link_in(message), "https://portal.example.com/"],
        }
    assert faults_of(page) == []


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_person_reads_the_own_letter(page: Page, world: House, mailoutbox: Any, language: str) -> None:
    world.master(last_name="Berg", language=language, **MAILED)
    assert outbox.send_due() == 1
    judge(page, mailoutbox[0], language)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_master_reads_the_letter_of_a_member(
    page: Page, world: House, mailoutbox: Any, language: str
) -> None:
    otto = member_of(world, language, **MAILED)
    assert outbox.send_due() == 1
    judge(page, mailoutbox[0], language)
    assert otto.full_name in page.inner_text("body") and otto.sip in page.inner_text("body")


@pytest.mark.parametrize("language", DIRECTIONS)
def test_a_master_reads_a_text_message_about_a_member(
    page: Page, world: House, mailoutbox: Any, gateway: Path, language: str
) -> None:
    """A telephone takes the direction of the first letter that has one."""
    otto = member_of(world, language, **TEXTED)
    assert outbox.send_due() == 1 and mailoutbox == []
    text = next(gateway.iterdir()).read_text().partition("\n\n")[2]
    page.set_content(f'<p dir="auto">{escape(text)}</p>')
    assert page.evaluate("getComputedStyle(document.querySelector('p')).direction") == DIRECTIONS[language]
    assert otto.sip in text and "https://portal.example.com/" in text and "Otto" in text


@pytest.mark.parametrize("language", DIRECTIONS)
def test_who_waited_is_written_to_once_the_master_has_an_address(
    page: Page, world: House, mailoutbox: Any, language: str
) -> None:
    otto = member_of(world, language)
    assert outbox.send_due() == 0
    master = Residency.objects.get(unit=world.flat, kind=Residency.Kind.MASTER)
    services.change_resident(scope=world.scope, person=master, **MAILED)
    assert outbox.send_due() == 2
    judge(page, next(sent for sent in mailoutbox if otto.sip in sent.body), language)


@pytest.mark.parametrize("language", DIRECTIONS)
def test_long_words_do_not_widen_a_letter(page: Page, world: House, mailoutbox: Any, language: str) -> None:
    services.change_site(scope=world.scope, site=world.community, name=WORD)
    world.master(first_name=WORD, last_name=WORD, language=language, **MAILED)
    assert outbox.send_due() == 1
    judge(page, mailoutbox[0], language)
