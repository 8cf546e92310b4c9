"""Numbers of the one sequence behind subjects, schedules and the `want` of rights."""

from django.db import connection


def draw(count: int) -> list[int]:
    """`count` new numbers, each higher than all drawn before it in this transaction; never used again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('access_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
