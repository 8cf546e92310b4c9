"""`manage.py prepare`: before the product starts, once for all its processes."""

import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command


class Command(BaseCommand):
    """Tables up to date, static files collected and, in a demo, the demo data there."""

    help = "Migrate, collect the static files and, in a demo, load its data. May be repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="no demo data, even in a demo")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=1)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and not options["no_demo"]:
            call_command("seed_demo")
        sys.stdout.flush()
