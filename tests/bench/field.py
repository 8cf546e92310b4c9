"""`python -m tests.bench.field OUT name ...`: what is measured on a thousand connected doors."""

import sys
from functools import partial

from tests.bench.stage import measure, running


def main(words: list[str]) -> None:
    """Start the product, connect the doors, measure."""
    with running() as stack:
        from tests.bench import drain, fleet, push, sheets, unlock  # noqa: PLC0415 - models load once Django is set up

        built = fleet.build(stack)
        benches = {
            "push": partial(push.measure, built),
            "unlock": partial(unlock.measure, built),
            "ingest": partial(drain.measure, built),
            "import": partial(sheets.measure, built),
        }
        measure("field", benches, words)


if __name__ == "__main__":
    main(sys.argv[1:])
