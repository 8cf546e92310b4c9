"""What the database prepares, and what it plans anew."""

import pytest
from django.db import connection

from smartplus.kernel.planning import planned_anew

OFTEN = 8


def prepared(word: str) -> int:
    """How many queries with `word` in them are prepared, after it was asked often."""
    with connection.cursor() as cursor:
        for number in range(OFTEN):
            cursor.execute(f"SELECT %s::int AS {word}", [number])
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"% {word}"])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_words_to_look_for_are_never_prepared() -> None:
    assert prepared("usual") == 1
    with planned_anew():
        assert prepared("looked_for") == 0
    with planned_anew(when=False):
        assert prepared("listed") == 1
    assert prepared("usual_again") == 1
