"""A form opened twice knows the same of its row: nobody is told of changes that nobody made."""

from typing import Any

import pytest

from accounts.models import Role
from smartplus.kernel.pages import FormPage
from tests.kernel.test_meanwhile import known_in

from .addresses import Address, addresses
from .sessions import client_of
from .test_matrix import holds

FORMS = [one for one in addresses() if issubclass(one.view, FormPage) and one.view.tells_changes]


@pytest.mark.parametrize("address", FORMS, ids=lambda address: address.name)
def test_a_form_opened_twice_knows_the_same(address: Address, alpha: Any) -> None:
    role = next(role for role in Role if holds(role, address))
    client, url = client_of(alpha.people[role]), address.url(alpha, role)
    opened = client.get(url)
    if opened.status_code == 200 and b'name="_known"' in opened.content:
        assert known_in(client.get(url)) == known_in(opened)
