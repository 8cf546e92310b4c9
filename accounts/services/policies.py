"""Policies of the operator: written, published once, never changed afterwards."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import PolicyVersion, Role
from . import first_steps

FIELDS = ("kind", "title", "text")


@transaction.atomic
def save_policy(*, scope: Scope, policy: PolicyVersion | None, values: Mapping[str, Any]) -> PolicyVersion:
    """Write a new version or change a draft. Raises `Refused`."""
    row = PolicyVersion() if policy is None else _draft(policy)
    before = None if policy is None else audit.snapshot(row, FIELDS)
    for name in FIELDS:
        setattr(row, name, values[name].strip())
    if not row.title:
        raise Refused(_("Give it a title."), field="title")
    if not row.text:
        raise Refused(_("Write what it is about."), field="text")
    row.save()
    verb = "policy.create" if policy is None else "policy.change"
    audit.record(scope, verb, row, before=before, after=audit.snapshot(row, FIELDS))
    return row


@transaction.atomic
def publish_policy(*, scope: Scope, policy: PolicyVersion) -> PolicyVersion:
    """From now on this is the version that people agree to; all it is for are asked at their next click."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.policy'))")
    row = _draft(policy)
    newest = PolicyVersion.objects.filter(kind=row.kind).aggregate(number=Max("number"))["number"]
    row.number, row.published_at = (newest or 0) + 1, timezone.now()
    row.published_by_id = scope.actor_id or scope.user_id
    row.save(update_fields=["number", "published_at", "published_by"])
    first_steps.ask_again(roles=roles_of(row))
    audit.record(scope, "policy.publish", row, after=audit.snapshot(row, ("title", "number")))
    return row


@transaction.atomic
def delete_policy(*, scope: Scope, policy: PolicyVersion) -> None:
    """Delete a draft. Raises `Refused` for a published version."""
    row = _draft(policy)
    audit.record(scope, "policy.delete", row, before=audit.snapshot(row, FIELDS))
    row.delete()


def roles_of(policy: PolicyVersion) -> list[Role]:
    """Who is asked to agree to it."""
    return [role for role in Role if policy.kind in PolicyVersion.kinds_for(role)]


def _draft(policy: PolicyVersion) -> PolicyVersion:
    """The row, held; raises `Refused` unless it is a draft."""
    row = PolicyVersion.objects.select_for_update().filter(pk=policy.pk).first()
    if row is None:
        raise Refused(_("This version was deleted meanwhile."), code="gone")
    if row.published_at is not None:
        raise Refused(_("A published version is never changed. Write a new one."), code="published")
    return row
