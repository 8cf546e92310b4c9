"""Every page is made of texts that the catalogues know: nothing is said in English only."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Role
from smartplus.kernel.pages import FormPage
from tests.addresses import Address, addresses
from tests.sessions import client_of
from tests.test_matrix import holds

from .spoken import body_of, data_words, forgotten, in_brackets

# Names, units and terms that are the same in all languages.
ALLOWED = frozenset({
    "SmartPlus", "PIN", "MAC", "IP", "QR", "RF", "ID", "PDF", "CSV", "XLSX", "ZIP", "SIP", "URL", "HTTP",
    "MQTT", "AutoP", "px", "KB", "MB", "UTC",
})  # fmt: skip
STRANGERS = ["accounts:login", "accounts:forgot", "accounts:forgot_sent"]


def leaks_of(client: Any, address: Address, url: str, data: list[str]) -> set[str]:
    """What the page says in English only, empty form sent too."""
    answers = [client.get(url)]
    if issubclass(address.view, FormPage):
        answers.append(client.post(url, {}))
    return {leak for answer in answers for leak in forgotten(body_of(answer), data, ALLOWED)}


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_a_page_says_nothing_in_english_only(address: Address, alpha: Any) -> None:
    data, leaks = data_words(), set()
    holders = [role for role in Role if holds(role, address)]
    with in_brackets():
        for role in {holders[0], holders[-1]}:  # the words of those between are the same
            leaks |= leaks_of(client_of(alpha.people[role]), address, address.url(alpha, role), data)
    assert not leaks, "\n".join(sorted(leaks))


@pytest.mark.parametrize("name", STRANGERS)
def test_a_page_for_strangers_says_nothing_in_english_only(name: str, client: Any) -> None:
    with in_brackets():
        answers = [client.get(reverse(name)), client.post(reverse(name), {})]
        leaks = {leak for answer in answers for leak in forgotten(body_of(answer), [], ALLOWED)}
    assert not leaks, "\n".join(sorted(leaks))
