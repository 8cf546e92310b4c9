"""The tests' own ground: what is started is what production has."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_database_is_postgresql_with_what_the_design_needs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 170000
        cursor.execute("SELECT 'ZÜRICH' ILIKE '%zür%'")
        assert cursor.fetchone()[0] is True
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gist')")
        assert cursor.fetchone()[0] == 2


def test_cache_keeps() -> None:
    cache.set("x", [1, "ü"], 10)
    assert cache.get("x") == [1, "ü"]
