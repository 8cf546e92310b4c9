"""What the platform tells its people: notices for roles, and who has read them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.scoping import Scope, ScopeBy, ScopedModel, ScopedQuerySet
from smartplus.kernel.words import _, pgettext

from .users import Role, User


class Notices(ScopedQuerySet["Notice"]):
    """Notices: the operator sees all, everybody else what is published for the own role."""

    def visible_to(self, scope: Scope) -> "Notices":
        """What `scope` may read. Notices belong to no tenant: they are for roles, all over the platform."""
        if scope.role == Role.OPERATOR:
            return self.all()
        return self.filter(state=Notice.State.PUBLISHED, roles__contains=[scope.role])


class Notice(ScopedModel):
    """One notice of the operator for some roles.

    A published one is never changed, only withdrawn, so that nobody has read another text than is kept.
    `published_at` is unique and grows with each publication: one mark a person tells what was read.
    `mailed_to` is the highest id of a person whose email is queued; NULL when no email is (or is still)
    to be sent.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        SYSTEM = "system", pgettext("a kind of notice", "System")
        EXPANSION = "expansion", _("Expansion unit update")

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    scope_by = ScopeBy()

    title = models.CharField(max_length=120)
    text = models.TextField(max_length=10_000)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.SYSTEM)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    by_email = models.BooleanField(_("also by email"), default=False)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, unique=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    mailed_to = models.BigIntegerField(null=True)

    objects = Notices.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["-published_at"], condition=Q(state="published"), name="notice_published"),
            models.Index(fields=["id"], condition=Q(mailed_to__isnull=False), name="notice_to_mail"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="notice_published_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The operator's own page about it."""
        return reverse("accounts:notice", args=[self.pk])


class NoticeRead(ScopedModel):
    """`user` has opened this notice."""

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="reads")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "notice"], name="read_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.notice_id}"


class NoticeMark(ScopedModel):
    """Up to here `user` has read everything ("Mark all as read"); single reads before it are forgotten."""

    scope_by = ScopeBy(user="user_id")

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    read_up_to = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.read_up_to:%Y-%m-%d %H:%M}"
