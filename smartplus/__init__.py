"""The roof of the house: settings, addresses, wiring and navigation. Knows every app, decides nothing.

The Celery app is imported here because `shared_task(...).delay()` in a web process would otherwise
look for a broker of Celery's own choosing.
"""

import gc

# Before anything is imported, which makes hundreds of thousands of objects that stay: looking through
# them again after each 700 took a tenth of the start of every program.
gc.set_threshold(5_000, 20, 20)

from smartplus.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
