"""Help: documents to download, and what people write to those who look after them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from smartplus.kernel.scoping import Scope, ScopeBy, ScopedModel, ScopedQuerySet
from smartplus.kernel.words import _, pgettext

from .organisations import Organisation
from .users import Role, User


class Documents(ScopedQuerySet["Document"]):
    """Documents: the operator sees all, everybody else what is offered to the own role."""

    def visible_to(self, scope: Scope) -> "Documents":
        """What `scope` may download. Documents belong to no tenant, as notices do."""
        if scope.role == Role.OPERATOR:
            return self.all()
        return self.filter(offered=True, roles__contains=[scope.role])


class Document(ScopedModel):
    """A file that the operator offers to some roles. It is given out by a scoped page only."""

    class Kind(models.TextChoices):
        """What it is for."""

        GUIDE = "guide", _("User guide")
        INSTALLATION = "installation", _("Installation guide")
        DATASHEET = "datasheet", _("Data sheet")
        RELEASE = "release", _("Release notes")
        OTHER = "other", pgettext("a kind of document", "Other")

    scope_by = ScopeBy()

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.GUIDE)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    file = models.FileField(max_length=100)
    file_name = models.CharField(_("file name"), max_length=120)
    size = models.PositiveBigIntegerField()
    offered = models.BooleanField(default=True, help_text=_("Off: only you see it."))
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = Documents.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class Feedbacks(ScopedQuerySet["Feedback"]):
    """Feedback: seen by the company it was sent to, and by nobody above that company."""

    def visible_to(self, scope: Scope) -> "Feedbacks":
        """What was sent to the reader's own company."""
        trade = (Role.OPERATOR, Role.DISTRIBUTOR, Role.SUB_DISTRIBUTOR, Role.INSTALLER)
        if scope.role in trade and scope.org_id is not None:
            return self.filter(organisation=scope.org_id)
        return self.none()


class Feedback(ScopedModel):
    """What a person wrote to the company that looks after them: kept, whatever becomes of the email."""

    class State(models.TextChoices):
        """Whether somebody has seen to it."""

        NEW = "new", pgettext("feedback", "New")
        ANSWERED = "answered", pgettext("feedback", "Answered")

    scope_by = ScopeBy(org="organisation")

    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="feedback")
    sender = models.CharField(pgettext("a sender", "from"), max_length=140)
    sender_role = models.CharField(_("role"), max_length=20, choices=Role)
    reply_to = models.EmailField(_("email"), blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="feedback")
    subject = models.CharField(max_length=120)
    text = models.TextField(max_length=4000)
    picture = models.FileField(max_length=100, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.CharField(max_length=140, blank=True)

    objects = Feedbacks.as_manager()

    class Meta:
        verbose_name_plural = _("feedback")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="feedback_of_organisation"),
            models.Index(fields=["user", "-created_at"], name="feedback_of_user"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        """The page of those it was sent to."""
        return reverse("accounts:feedback_row", args=[self.pk])
