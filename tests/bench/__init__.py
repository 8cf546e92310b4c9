"""Figures against bare programs: `make bench`, `make bench ONLY=push`.

The whole product runs as in `make demo` (same supervisor, real broker, workers and simulated devices) on a
folder of its own. What it is measured against stands in `bare/` and uses no code of the product. All
figures are ratios within one run: product and bare program take turns on the same machine.
"""
