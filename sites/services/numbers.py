"""SIP numbers: of people, apartments and devices, unique on the installation, never reused."""

from django.db import connection


def draw_sip(count: int) -> list[str]:
    """`count` new SIP numbers, in rising order. One drawn in a transaction that fails is lost, not reused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sip_number') FROM generate_series(1, %s)", [count])
        return [str(number) for (number,) in cursor.fetchall()]
