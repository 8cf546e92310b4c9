"""`python -m tests.bench.house OUT name ...`: what is measured on sites of ten thousand residents."""

import sys
from functools import partial

from tests.bench.stage import measure, running

# The doors of these sites are never connected.
WITHOUT = frozenset({"ingest", "simulator"})


def main(words: list[str]) -> None:
    """Start the product, measure."""
    with running(without=WITHOUT) as stack:
        from tests.bench import tables  # noqa: PLC0415 - models load once Django is set up

        town = tables.Town.begin(stack)
        benches = {
            "import_10k": partial(tables.measure_import, town),
            "reimport": partial(tables.measure_reimport, town),
        }
        measure("house", benches, words)


if __name__ == "__main__":
    main(sys.argv[1:])
