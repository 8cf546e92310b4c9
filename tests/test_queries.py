"""A list costs the same number of queries for few rows and for many."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from smartplus.kernel.pages import ListPage, PanelPage

from .addresses import Address, addresses
from .sessions import client_of
from .test_matrix import holds
from .world import crowd

LISTS = [address for address in addresses() if issubclass(address.view, ListPage | PanelPage)]
MOST, SHARES = 15, 6


@pytest.mark.parametrize("lists", [LISTS[n::SHARES] for n in range(SHARES)], ids=range(SHARES))
def test_queries_do_not_grow_with_rows(lists: list[Address], alpha: Any) -> None:
    """Several lists at a time: to write the many rows takes longer than to read a list."""
    crowd(alpha, 2)
    for address in lists:
        asked_by(address, alpha)  # what is read once is not what is measured
    few = {address.name: asked_by(address, alpha) for address in lists}
    crowd(alpha, 12)
    for address in lists:
        many = asked_by(address, alpha)
        assert len(many) <= len(few[address.name]), f"{address.name}\n" + "\n".join(sql[:300] for sql in many)
        assert len(many) <= MOST, address.name


def asked_by(address: Address, world: Any) -> list[str]:
    """What the list asks the database, for the first role that may see it."""
    tenants = (role for role in Role if role != Role.OPERATOR and holds(role, address))
    role = next(tenants, Role.OPERATOR)
    client, url = client_of(world.people[role]), address.url(world, role)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code in {200, 302}, address.name
    # The session lies in the cache, which may have been emptied meanwhile.
    return [query["sql"] for query in queries if "django_session" not in query["sql"]]
