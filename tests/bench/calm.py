"""Between two rounds: what one import leaves to others slows down neither the next nor the bare program."""

from django.db.models import F

from access.models import RightsJob
from accounts.models import Email
from provisioning.models import BrokerAccount
from tests.waiting import until


def calm() -> None:
    """Return when all letters are sent, all rights followed, and the broker knows every device."""
    until(_nothing_waits, timeout=300, every=0.5, message="the work of the last round does not end")


def _nothing_waits() -> bool:
    return not (
        Email.objects.filter(state=Email.State.QUEUED).exists()
        or RightsJob.objects.filter(asked__gt=F("served")).exists()
        or BrokerAccount.objects.exclude(told=F("want")).exists()
    )
