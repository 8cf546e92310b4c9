"""`commit COUNT`: one row written and committed, COUNT times. Prints the seconds of each."""

import json
import os
import sys
import time

import psycopg


def main(count: int) -> None:
    """In a table of its own, on the same server."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_commit (id bigint PRIMARY KEY, at timestamptz)")
        connection.execute("INSERT INTO bench_commit VALUES (1, now()) ON CONFLICT DO NOTHING")
        print("ready", flush=True)
        took = []
        for _ in range(count):
            began = time.perf_counter()
            connection.execute("UPDATE bench_commit SET at = now() WHERE id = 1")
            took.append(time.perf_counter() - began)
        connection.execute("DROP TABLE bench_commit")
    print(json.dumps(took))


if __name__ == "__main__":
    main(int(sys.argv[1]))
