"""`manage.py doctor`: one line for each part, what is wrong with it and how to mend it."""

import sys
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from smartplus.doctor import CHECKS, examine


class Command(BaseCommand):
    """Exit code 0 when everything is well, else 1."""

    help = "Check database, broker, worker, beat, ingest, mail and disk; say how to mend what is wrong."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", help=f"only these of: {', '.join(CHECKS)}")

    def handle(self, *args: Any, **options: Any) -> None:
        if unknown := set(options["parts"]) - set(CHECKS):
            raise CommandError(f"There is no part {', '.join(sorted(unknown))}")
        findings = examine(options["parts"])
        for finding in findings:
            mark = self.style.SUCCESS("ok ") if finding.well else self.style.ERROR("BAD")
            self.stdout.write(f"{mark}  {finding.part:<11} {finding.text}")
        if not all(finding.well for finding in findings):
            sys.exit(1)
