"""What happens outside requests. Each may be lost or run twice."""

from celery import shared_task

from .services import housekeeping, notices, outbox, reminders, seals


@shared_task
def send_mail() -> None:
    """Send the emails that are due."""
    outbox.send_due()


@shared_task
def mail_notices() -> None:
    """Bring emails about notices to the outbox, a few at a time."""
    notices.mail_due()


@shared_task
def seal_audit() -> None:
    """Seal what was added to the audit trail."""
    seals.seal_all()


@shared_task
def remind_of_passwords() -> None:
    """Write to those who are to set a new password each month."""
    reminders.remind_all()


@shared_task
def tidy_up() -> None:
    """Forget what nobody needs any more."""
    housekeeping.tidy_up()
