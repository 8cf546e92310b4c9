"""Notices of the operator: written, published, withdrawn, read, and sent by email.

An email for each reader is not queued at once: a task brings a few hundred at a time to the outbox, and
only while no more than that wait there, so that a new password never waits behind a hundred thousand notices.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import Email, Notice, NoticeMark, NoticeRead, Role
from ..queries.notices import INSTALLERS, READERS, written_to
from . import mail

FIELDS = ("title", "text", "kind", "roles", "by_email")
KIND = "notice"
AT_ONCE = 200
State = Notice.State


@transaction.atomic
def save_notice(*, scope: Scope, notice: Notice | None, values: Mapping[str, Any]) -> Notice:
    """Write a new notice or change a draft. Raises `Refused`."""
    row = Notice() if notice is None else _locked(notice)
    if row.state != State.DRAFT:
        raise Refused(
            _("A published notice is not changed. Withdraw it and write another."), code="published"
        )
    before = None if notice is None else audit.snapshot(row, FIELDS)
    for name in FIELDS:
        setattr(row, name, values[name])
    row.title, row.text = row.title.strip(), row.text.strip()
    row.roles = [role.value for role in READERS if role in row.roles]
    _check(row)
    row.save()
    verb = "notice.create" if notice is None else "notice.change"
    audit.record(scope, verb, row, before=before, after=audit.snapshot(row, FIELDS))
    return row


def _check(row: Notice) -> None:
    if not row.title:
        raise Refused(_("Give it a title."), field="title")
    if not row.text:
        raise Refused(_("Write what it is about."), field="text")
    if not row.roles:
        raise Refused(_("Choose at least one role."), field="roles")
    if row.kind == Notice.Kind.EXPANSION and set(row.roles) - set(INSTALLERS):
        raise Refused(
            _("Expansion unit updates are for installers only."), field="roles", code="not-installers"
        )


@transaction.atomic
def publish_notice(*, scope: Scope, notice: Notice) -> Notice:
    """Show a draft to its roles, from now on. Raises `Refused` for any other notice.

    One at a time, each later than all before: a reader's mark "read up to here" can pass over none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.publish'))")
    row = _locked(notice)
    if row.state != State.DRAFT:
        raise Refused(_("This notice was published already."), code="published")
    newest = Notice.objects.aggregate(at=Max("published_at"))["at"]
    now = timezone.now()
    row.state = State.PUBLISHED
    row.published_at = max(now, newest + timedelta(microseconds=1)) if newest else now
    row.mailed_to = 0 if row.by_email else None
    row.save(update_fields=["state", "published_at", "mailed_to"])
    audit.record(scope, "notice.publish", row, after=audit.snapshot(row, ("title", "roles", "by_email")))
    return row


@transaction.atomic
def withdraw_notice(*, scope: Scope, notice: Notice) -> Notice:
    """Show a published notice to nobody any more; emails not queued yet are not sent. Raises `Refused`."""
    row = _locked(notice)
    if row.state != State.PUBLISHED:
        raise Refused(_("Only a published notice can be withdrawn."), code="not-published")
    row.state, row.withdrawn_at, row.mailed_to = State.WITHDRAWN, timezone.now(), None
    row.save(update_fields=["state", "withdrawn_at", "mailed_to"])
    audit.record(scope, "notice.withdraw", row)
    return row


@transaction.atomic
def delete_draft(*, scope: Scope, notice: Notice) -> None:
    """Delete a notice that nobody has seen. Raises `Refused` for one that was published."""
    row = _locked(notice)
    if row.state != State.DRAFT:
        raise Refused(_("Only a draft can be deleted. Withdraw it instead."), code="published")
    audit.record(scope, "notice.delete", row, before=audit.snapshot(row, FIELDS))
    row.delete()


def _locked(notice: Notice) -> Notice:
    found = Notice.objects.select_for_update().filter(pk=notice.pk).first()
    if found is None:
        raise Refused(_("This notice was deleted meanwhile."), code="gone")
    return found


# --- Reading ------------------------------------------------------------------------------------
# Not in the trail: that somebody has read a notice changes nothing for anybody else.


def mark_read(*, scope: Scope, notice: Notice) -> None:
    """This person has opened it. Not when somebody else acts in the account: its owner has read nothing."""
    if not scope.acting and scope.role != Role.OPERATOR:
        read = NoticeRead(user_id=scope.user_id, notice=notice)
        NoticeRead.objects.bulk_create([read], ignore_conflicts=True)


@transaction.atomic
def mark_all_read(*, scope: Scope) -> None:
    """All that is published for this person up to now counts as read."""
    if scope.acting:
        raise Refused(_("Only the owner of the account has read its notices."), code="acting")
    newest = Notice.objects.visible_to(scope).aggregate(at=Max("published_at"))["at"]
    if newest is not None:
        NoticeMark.objects.update_or_create(user_id=scope.user_id, defaults={"read_up_to": newest})
        NoticeRead.objects.filter(user=scope.user_id, notice__published_at__lte=newest).delete()


# --- By email -----------------------------------------------------------------------------------


def mail_due() -> int:
    """Queue the next emails about notices, as many as the outbox has room for; answers how many."""
    queued = 0
    while some := _mail_some():
        queued += some
    return queued


@transaction.atomic
def _mail_some() -> int:
    """One chunk of one notice. How far it came is written with the emails: nobody gets it twice."""
    rows = Notice.objects.select_for_update(skip_locked=True).filter(mailed_to__isnull=False)
    notice = rows.order_by("pk").first()
    room = AT_ONCE - Email.objects.filter(due_at__isnull=False, kind=KIND)[:AT_ONCE].count()
    if notice is None or not room:
        return 0
    due = written_to(notice).filter(pk__gt=notice.mailed_to, created_at__lte=notice.published_at)
    people = list(due.order_by("pk")[:room])
    context = {"title": notice.title, "text": notice.text, "number": notice.pk}
    mail.send_many(scope=None, kind=KIND, letters=[mail.Letter(one, context=context) for one in people])
    notice.mailed_to = people[-1].pk if len(people) == room else None
    notice.save(update_fields=["mailed_to"])
    return len(people)
