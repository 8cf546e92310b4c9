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
MOST = 15


@pytest.mark.parametrize("address", LISTS, ids=lambda address: address.name)
def test_queries_do_not_grow_with_rows(address: Address, alpha: Any) -> None:
    tenants = (role for role in Role if role != Role.OPERATOR and holds(role, address))
    role = next(tenants, Role.OPERATOR)
    client = client_of(alpha.people[role])
    url = address.url(alpha, role)

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code in {200, 302}
        # The session lies in the cache, which may have been emptied meanwhile.
        return [query["sql"] for query in queries if "django_session" not in query["sql"]]

    crowd(alpha, 2)
    asked()  # what is read once is not what is measured
    few = asked()
    crowd(alpha, 12)
    many = asked()
    assert len(many) <= len(few), "\n".join(sql[:300] for sql in many)
    assert len(many) <= MOST
