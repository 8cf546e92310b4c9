"""Filters of the lists of this app."""

from typing import Any

import django_filters

from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.words import _

from .models import Document, Feedback, Notice, Organisation, Role, User
from .queries.people import MANAGES


class OrganisationFilter(ScopedFilterSet):
    """By type and by the company above."""

    kind = django_filters.ChoiceFilter(label=_("Type"), choices=Organisation.Kind.choices)
    parent = django_filters.ModelChoiceFilter(
        label=_("Belongs to"),
        empty_label=_("Belongs to any"),
        queryset=Organisation.objects.exclude(kind=Organisation.Kind.INSTALLER).order_by("path"),
    )

    class Meta:
        model = Organisation
        fields = ("kind", "parent")


class KindFilter(ScopedFilterSet):
    """By the company above, where all are of one kind."""

    parent = django_filters.ModelChoiceFilter(
        label=_("Belongs to"),
        empty_label=_("Belongs to any"),
        queryset=Organisation.objects.exclude(kind=Organisation.Kind.INSTALLER).order_by("path"),
    )

    class Meta:
        model = Organisation
        fields = ("parent",)


class UserFilter(ScopedFilterSet):
    """By role and company."""

    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices)
    organisation = django_filters.ModelChoiceFilter(
        label=_("Company"), queryset=Organisation.objects.order_by("path")
    )

    class Meta:
        model = User
        fields = ("role", "organisation")

    def setup(self, form: Any) -> None:
        """Only roles the reader looks after; an installer has one company."""
        own = Role(self.scope.role)
        form.fields["role"].choices = [(role.value, role.label) for role in MANAGES.get(own, ())]
        if own == Role.INSTALLER:
            del form.fields["organisation"]


class NoticeFilter(ScopedFilterSet):
    """By what a notice is about."""

    class Meta:
        model = Notice
        fields = ("kind",)

    def setup(self, form: Any) -> None:
        """In words of ours."""
        form.fields["kind"].label = _("Kind")


class DocumentFilter(ScopedFilterSet):
    """By what a document is for, and its language."""

    class Meta:
        model = Document
        fields = ("kind", "language")

    def setup(self, form: Any) -> None:
        """In words of ours."""
        form.fields["kind"].label = _("Kind")
        form.fields["language"].label = _("Language")


class FeedbackFilter(ScopedFilterSet):
    """By who wrote."""

    sender_role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices)

    class Meta:
        model = Feedback
        fields = ("sender_role",)
