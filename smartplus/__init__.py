"""The roof of the house: settings, addresses, wiring and navigation. Knows every app, decides nothing.

The Celery app is imported here because `shared_task(...).delay()` in a web process would otherwise
look for a broker of Celery's own choosing.
"""

from smartplus import collector

collector.load()

from smartplus.celery import app as celery_app  # noqa: E402 - only then

__all__ = ["celery_app"]
