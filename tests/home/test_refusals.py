"""What a page says to whom it is refused; who is, `tests/test_matrix.py` asks."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Role
from sites.models import Site
from tests.sessions import client_of

TOKEN = re.compile(r"\b\w{64}\b")  # drawn anew for each page

pytestmark = pytest.mark.django_db


def test_a_page_of_another_role_says_so_and_leads_home(alpha: Any) -> None:
    answer = client_of(alpha.people[Role.PROPERTY_MANAGER]).get(reverse("devices:macs"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Your role does not include this page." in page and "To the start page" in page


def test_a_row_of_another_tenant_is_one_that_never_was(alpha: Any, bravo: Any) -> None:
    client = client_of(alpha.people[Role.INSTALLER])
    said = []
    for pk in (bravo.rows[Site].pk, 2**40):
        address = reverse("sites:detail", args=[pk])
        answer = client.get(address)
        assert answer.status_code == 404
        said.append(TOKEN.sub("", answer.content.decode().replace(address, "")))
    foreign, never = said
    assert "There is no such page, or it belongs to somebody else." in foreign
    assert bravo.mark not in foreign
    assert foreign == never
