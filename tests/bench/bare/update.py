"""`update SUBJECT COUNT`: the bare UPDATE of one subject's rows in copies of both tables, COUNT times.

The copies have the same columns, rows and indexes. Prints the seconds of each, commit included.
"""

import json
import os
import sys
import time

import psycopg

TABLES = {"bench_right": "access_accessright", "bench_sync": "devices_devicesync"}
RIGHTS = (
    "UPDATE bench_right SET want = nextval('access_number'), urgent = true, refused = '' WHERE subject = %s"
)
SYNCS = """UPDATE bench_sync SET desired_rev = desired_rev + 1, due_at = now(), attempts = 0, last_error = '',
    changed_at = now() WHERE part = 'access' AND device_id = ANY(%s)"""
# What devices answer lies outside of the measure: everything is confirmed again.
CONFIRM = (
    "UPDATE bench_right SET held = want, held_at = now() WHERE held IS DISTINCT FROM want",
    "UPDATE bench_sync SET acked_rev = desired_rev, due_at = NULL WHERE due_at IS NOT NULL",
)


def main(subject: int, count: int) -> None:
    """One transaction each time."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for copy, table in TABLES.items():
            connection.execute(f"DROP TABLE IF EXISTS {copy}")
            connection.execute(f"CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")
            named = connection.execute(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [copy],
            ).fetchone()
            assert named is not None
            connection.execute(
                f"INSERT INTO {copy} ({named[0]}) OVERRIDING SYSTEM VALUE SELECT {named[0]} FROM {table}"
            )
            connection.execute(f"VACUUM ANALYZE {copy}")
        found = connection.execute("SELECT device_id FROM bench_right WHERE subject = %s", [subject])
        devices = [row[0] for row in found.fetchall()]
        print("ready", flush=True)
        took = [_once(connection, subject, devices) for _ in range(count)]
        for copy in TABLES:
            connection.execute(f"DROP TABLE {copy}")
    print(json.dumps(took))


def _once(connection: psycopg.Connection, subject: int, devices: list[int]) -> float:
    began = time.perf_counter()
    with connection.transaction():
        connection.execute(RIGHTS, [subject])
        connection.execute(SYNCS, [devices])
    took = time.perf_counter() - began
    for statement in CONFIRM:
        connection.execute(statement)
    for copy in TABLES:
        connection.execute(f"VACUUM {copy}")
    return took


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
