"""`python -m tests.bench.town OUT name ...`: what is measured on full tables.

Two installations that differ in nothing but how much stands in their tables: one property manager
looks after one site, which holds all of it. The big one is this process's, the small one runs in a
process of its own (`python -m tests.bench.town small NAME`).
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.stage import ROOT, measure, running

# Nothing is sent and nobody listens: only the web runs beside the database.
WITHOUT = frozenset({"worker", "worker-bulk", "beat", "ingest", "simulator"})


def main(words: list[str]) -> None:
    """Fill the tables, measure."""
    with running(without=WITHOUT) as stack:
        from tests.bench import crowd, marking, pages  # noqa: PLC0415 - models load once Django is set up

        def facts(name: str) -> Any:
            return pages.facts(stack, pages.of_people() if name == "people" else pages.candidates())

        if words[0] == "small":
            crowd.fill(crowd.SMALL)
            print(json.dumps(facts(words[1])), flush=True)
            sys.stdin.read()
            return
        crowd.fill(crowd.BIG)

        def compare(name: str, how: Any) -> Any:
            with small(name) as other:
                return how(other, facts(name))

        benches = {
            "mark": lambda: marking.measure(stack),
            "pages": lambda: compare("pages", pages.measure),
            "people": lambda: compare("people", pages.measure_people),
        }
        measure("town", benches, words)


@contextmanager
def small(name: str) -> Iterator[Any]:
    """The small installation, running; what is known of its pages for the bench of this name."""
    command = [sys.executable, "-m", "tests.bench.town", "small", name]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdin is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(60)


if __name__ == "__main__":
    main(sys.argv[1:])
