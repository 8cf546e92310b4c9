"""`manage.py ingest`: listen to devices until told to end."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from provisioning.ingest.loop import Ingest


class Command(BaseCommand):
    """Take news from devices off the broker and write them. Any number of these may run."""

    help = "Listen to devices: states, answers, events."

    def handle(self, *args: Any, **options: Any) -> None:
        ingest = Ingest()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ingest.stop())
        ingest.run()
