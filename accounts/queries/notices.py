"""Notices as their readers meet them: what is unread, and how many those are."""

from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from smartplus.kernel.scoping import Scope

from ..models import Notice, NoticeMark, NoticeRead, Organisation, Role, User

MOST = 100
"""Nobody counts more unread notices than this."""

READERS = tuple(role for role in Role if role != Role.OPERATOR)
INSTALLERS = (Role.INSTALLER, Role.SUB_INSTALLER)


def _unread(scope: Scope) -> Q:
    """Published since the person marked all as read (else: since the account exists), and not opened."""
    marked = NoticeMark.objects.filter(user=scope.user_id).values("read_up_to")
    began = User.objects.filter(pk=scope.user_id).values("created_at")
    opened = NoticeRead.objects.filter(user=scope.user_id, notice=OuterRef("pk"))
    return Q(published_at__gt=Coalesce(Subquery(marked), Subquery(began))) & ~Q(Exists(opened))


def unread_count(scope: Scope) -> int:
    """How many notices this person has not read, up to MOST. One query, by the index over the published."""
    unread = Notice.objects.visible_to(scope).filter(_unread(scope)).order_by()
    return int(unread[:MOST].count())


def with_unread(rows: QuerySet[Notice], scope: Scope) -> QuerySet[Any]:
    """`rows` with `unread`, whether this person has yet to read it."""
    return rows.annotate(
        unread=Case(When(_unread(scope), then=Value(True)), default=Value(False), output_field=BooleanField())
    )


def written_to(notice: Notice) -> QuerySet[User]:
    """Who gets a notice by email: people of its roles who may sign in, have an email and want notices."""
    people: QuerySet[User] = User.objects.filter(role__in=notice.roles, is_active=True, wants_notices=True)
    companies = Organisation.objects.filter(is_active=True)
    return people.exclude(email="").filter(Q(organisation=None) | Q(organisation__in=companies))
