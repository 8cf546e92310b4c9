"""`manage.py seed_demo`: the demo's data, made once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartplus.demo import seed, write_logins


class Command(BaseCommand):
    """Fill an empty installation with the demo's story and write down its logins."""

    help = "Makes the demo's companies, people and devices (only with DEMO on; once)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Known passwords are for demos only: DEMO is off.")
        self.stdout.write(str(write_logins(seed())))
