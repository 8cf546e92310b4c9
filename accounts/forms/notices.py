"""What the operator types about notices and documents, and what people write to their provider."""

from typing import Any

from django import forms

from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.widgets import Choices, Drop, Switch
from smartplus.kernel.words import _, pgettext

from ..models import Document, Feedback, Notice
from ..queries.notices import READERS
from ..queries.support import Provider, providers_of
from ..services import notices, support

ROLES = [(role.value, role.label) for role in READERS]


class RolesField(forms.MultipleChoiceField):
    """One or more roles."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=ROLES, widget=Choices, label=pgettext("readers", "For"), **kwargs)


class NoticeForm(ScopedModelForm):
    """A notice that nobody has seen yet."""

    roles = RolesField()

    class Meta:
        model = Notice
        fields = notices.FIELDS
        labels = {"title": _("Title"), "text": _("Text"), "kind": _("Kind")}
        widgets = {"by_email": Switch, "text": forms.Textarea(attrs={"rows": 10})}
        help_texts = {
            "kind": _("Expansion unit updates are for installers only."),
            "by_email": _("Queued after publishing, once for each person who wants notices by email."),
        }

    groups = (
        Group(_("Notice"), ("title", "text", "kind")),
        Group(_("Readers"), ("roles", "by_email")),
    )

    def perform(self) -> Notice:
        return notices.save_notice(scope=self.scope, notice=self.row, values=self.cleaned_data)


class DocumentForm(ScopedModelForm):
    """A document and its file."""

    roles = RolesField()
    given = forms.FileField(
        label=_("File"), widget=Drop(attrs={"accept": ".pdf,.docx,.xlsx,.pptx"}),
        help_text=_("PDF, DOCX, XLSX or PPTX without macros, up to 50 MB."),
        error_messages={"required": _("Choose a file.")},
    )  # fmt: skip

    class Meta:
        model = Document
        fields = support.FIELDS
        labels = {"title": _("Title"), "kind": _("Kind"), "language": _("Language"), "offered": _("Offered")}
        widgets = {"offered": Switch}

    groups = (
        Group(_("Document"), ("title", "kind", "language", "given")),
        Group(_("Readers"), ("roles", "offered")),
    )

    def setup(self) -> None:
        """A file that is there stays unless another one is given."""
        if self.row is not None:
            self.fields["given"].required = False
            self.fields["given"].label = _("Another file")

    def perform(self) -> Document:
        values = dict(self.cleaned_data)
        file = values.pop("given")
        return support.save_document(scope=self.scope, document=self.row, values=values, file=file)

    def refuse(self, refusal: Any) -> None:
        """What is wrong with the file is told at its field."""
        if refusal.field == "file":
            refusal.field = "given"
        super().refuse(refusal)


class FeedbackForm(ScopedForm):
    """What somebody wants to tell the provider."""

    company = forms.TypedChoiceField(
        label=pgettext("a receiver", "To"), coerce=int, required=False, empty_value=None
    )
    subject = forms.CharField(label=_("Subject"), max_length=120)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    picture = forms.FileField(
        label=_("Picture"), required=False, widget=Drop(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP, up to 10 MB."),
    )  # fmt: skip

    def setup(self) -> None:
        """Whom it goes to is asked only where there is a choice."""
        self.open = [one for one in providers_of(self.scope) if one.receiver is not None]
        company: Any = self.fields["company"]
        company.choices = [(one.company.pk, one.company.name) for one in self.open]
        if len(self.open) < 2:
            del self.fields["company"]
        else:
            company.required = True

    @property
    def receiver(self) -> Provider | None:
        """The only one it can go to; None where there is a choice, or nobody."""
        return self.open[0] if len(self.open) == 1 else None

    def perform(self) -> Feedback:
        cleaned = self.cleaned_data
        return support.give_feedback(
            scope=self.scope,
            subject=cleaned["subject"],
            text=cleaned["text"],
            company=cleaned.get("company"),
            picture=cleaned["picture"],
        )
