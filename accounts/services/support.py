"""Documents to download, and feedback to the company that looks after somebody."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, speaking

from .. import audit
from ..models import Document, Feedback, Organisation, User
from ..queries import support as queries
from ..queries.notices import READERS
from ..uploads import check_document, check_picture, forget, keep
from . import mail

FIELDS = ("title", "kind", "language", "roles", "offered")
A_DAY = 10
"""Feedback of one person within a day."""


@transaction.atomic
def save_document(
    *,
    scope: Scope,
    document: Document | None,
    values: Mapping[str, Any],
    file: File | None = None,  # type: ignore[type-arg]
) -> Document:
    """Offer a document, or change one (its file too, when one is given). Raises `Refused`."""
    row = Document() if document is None else _locked(document)
    before = None if document is None else audit.snapshot(row, (*FIELDS, "file_name", "size"))
    for name in FIELDS:
        setattr(row, name, values[name])
    row.title = row.title.strip()
    row.roles = [role.value for role in READERS if role in row.roles]
    if not row.title:
        raise Refused(_("Give it a title."), field="title")
    if not row.roles:
        raise Refused(_("Choose at least one role."), field="roles")
    if file is not None:
        _replace(row, file)
    elif document is None:
        raise Refused(_("Choose a file."), field="file")
    row.save()
    verb = "document.create" if document is None else "document.change"
    audit.record(scope, verb, row, before=before, after=audit.snapshot(row, (*FIELDS, "file_name", "size")))
    return row


def _replace(row: Document, file: File) -> None:  # type: ignore[type-arg]
    checked = check_document(file)
    if old := row.file.name:
        forget(old)
    row.file = keep(checked)
    row.file_name, row.size = checked.name, checked.size


@transaction.atomic
def delete_document(*, scope: Scope, document: Document) -> None:
    """Take a document away, its file as well."""
    row = _locked(document)
    audit.record(scope, "document.delete", row, before=audit.snapshot(row, (*FIELDS, "file_name", "size")))
    forget(str(row.file.name))
    row.delete()


def _locked(document: Document) -> Document:
    found = Document.objects.select_for_update().filter(pk=document.pk).first()
    if found is None:
        raise Refused(_("This document was deleted meanwhile."), code="gone")
    return found


@transaction.atomic
def give_feedback(
    *,
    scope: Scope,
    subject: str,
    text: str,
    company: int | None = None,
    picture: File | None = None,  # type: ignore[type-arg]
) -> Feedback:
    """Write to the company that takes this person's feedback; kept, and sent to its customer service.

    `company` says which one, where several look after the person. Raises `Refused`.
    """
    user = (
        User.objects.select_for_update(of=("self",))
        .select_related("organisation__parent")
        .get(pk=scope.user_id)
    )  # locked: two at a time cannot both be the tenth
    receiver = _receiver(user, company)
    if queries.sent_lately(user.pk).count() >= A_DAY:
        raise Refused(
            _("You have written {n} times within a day. Write again tomorrow, or call.").format(n=A_DAY),
            code="too-many",
        )
    row = Feedback(
        user=user, sender=str(user)[:140], sender_role=user.role, reply_to=user.email,
        organisation=receiver, subject=" ".join(subject.split()), text=text.strip(),
    )  # fmt: skip
    if not row.subject or not row.text:
        raise Refused(_("Write what it is about."), field="text" if row.subject else "subject")
    if picture is not None:
        row.picture = keep(check_picture(picture))
    row.save()
    audit.record(scope, "feedback.send", row, after={"subject": row.subject})
    _mail(row, user)
    return row


def _receiver(user: User, company: int | None) -> Organisation:
    found = [one for one in queries.providers(user) if company in (None, one.company.pk)]
    receiver = next((one.receiver for one in found if one.receiver), None)
    if receiver is None:
        raise Refused(_("Nobody takes feedback here at present. Call your provider."), code="nobody")
    return receiver


def _mail(row: Feedback, user: User) -> None:
    service = row.organisation
    if service.service_email:
        spoken = queries.service_language(service)
        with speaking(spoken):
            role = row.get_sender_role_display()
        context = {
            "sender": row.sender,
            "role": role,
            "title": row.subject,
            "text": row.text,
            "number": row.pk,
            "reply_to": row.reply_to,
        }
        mail.send_template(
            scope=None, kind="feedback", user=user, to=service.service_email, language=spoken, context=context
        )


@transaction.atomic
def mark_answered(*, scope: Scope, feedback: list[Feedback]) -> None:
    """Somebody has seen to these; those answered before stay as they are."""
    rows = Feedback.objects.select_for_update().filter(pk__in=[row.pk for row in feedback])
    for row in rows.filter(state=Feedback.State.NEW).order_by("pk"):
        row.state, row.answered_at, row.answered_by = (
            Feedback.State.ANSWERED,
            timezone.now(),
            scope.actor_name,
        )
        row.save(update_fields=["state", "answered_at", "answered_by"])
        audit.record(scope, "feedback.answer", row, after={"state": row.state})
