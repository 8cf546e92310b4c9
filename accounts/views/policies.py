"""Policies: the operator's desk, and the page on which everybody reads them again."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, FormPage, Link, ListPage, View
from smartplus.kernel.pages.base import Page
from smartplus.kernel.words import _, pgettext

from ..forms.settings import PolicyForm
from ..models import PolicyVersion, Role
from ..permissions import Can
from ..queries.policies import cards_for, in_force
from ..services import policies


class Agreement(Page):
    """What is in force for the reader, and who stands behind the service."""

    needs = Can.POLICIES_READ
    width = "read"

    def title(self) -> str:
        """As the side bar calls it."""
        return _("User Agreement") if self.scope.role == Role.PROPERTY_MANAGER else _("Privacy Policy")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        versions = in_force(PolicyVersion.kinds_for(Role(self.scope.role)))
        return self.render("accounts/agreement.html", versions=versions, cards=cards_for(user))


def _is_draft(page: Any, row: PolicyVersion) -> bool:
    return row.published_at is None


ADD = Link("accounts:policy_add", _("Write version"), icon="plus", kind="primary")
EDIT = Link("accounts:policy_edit", _("Edit"), icon="pencil", when=_is_draft)
PUBLISH = Link("accounts:policy_publish", _("Publish…"), icon="send", when=_is_draft)
DELETE = Link("accounts:policy_delete", _("Delete…"), icon="trash-2", kind="danger", when=_is_draft)


class PolicyPage:
    """Below the list."""

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(_("Policies"), reverse("accounts:policies"))]


class PolicyList(ListPage):
    """All versions, drafts as well."""

    model = PolicyVersion
    needs = Can.POLICIES_EDIT
    title = _("Policies")
    noun = (_("version"), _("versions"))
    columns = (
        Column("title", _("Title"), sort=True, kind="who"),
        Column("kind", _("Policy")),
        Column("number", _("Version"), kind="num"),
        Column("published_at", _("Published"), cell="parts/cells/when.html", sort=True),
        Column("published_by", pgettext("a person", "By"), drop=1),
    )
    related = ("published_by",)
    order = ("-created_at",)
    search = ("title", "text")
    search_hint = _("Title, text")
    views = (
        View("all", _("All")),
        View("drafts", _("Drafts"), q=Q(published_at=None)),
        View("published", _("Published"), q=Q(published_at__isnull=False)),
    )
    row_link = "accounts:policy_version"
    row_actions = (EDIT, PUBLISH, DELETE)
    actions = (ADD,)
    empty = Empty(_("No policies yet"), _("Write a version and publish it. Until then nobody is asked."), ADD)


class PolicyDetail(PolicyPage, DetailPage):
    """One version, as it is or will be read."""

    model = PolicyVersion
    needs = Can.POLICIES_EDIT
    template = "accounts/notice.html"
    related = ("published_by",)
    facts = (
        Column("kind", _("Policy")),
        Column("number", _("Version")),
        Column("published_at", _("Published"), cell="parts/cells/when.html"),
        Column("published_by", pgettext("a person", "By")),
    )
    actions = (EDIT, PUBLISH, DELETE)


class PolicyEdit(PolicyPage, FormPage):
    """Write a version, or change a draft."""

    model = PolicyVersion
    needs = Can.POLICIES_EDIT
    form_class = PolicyForm
    submit = _("Save draft")

    def allowed(self) -> bool:
        """A published one is never changed."""
        return self.row is None or self.row.published_at is None

    def title(self) -> str:
        """A version is written."""
        return _("New version") if self.row is None else _("Edit version")


class PolicyPublish(PolicyPage, ActionPage):
    """From now on this version is asked for."""

    model = PolicyVersion
    needs = Can.POLICIES_EDIT
    label = _("Publish version")
    title = _("Publish {0}?")

    def explain(self, row: PolicyVersion) -> list[str]:
        """Who is asked, and that it stays as it is."""
        return [
            _("Everybody is asked to agree at the next click.")
            if row.kind == PolicyVersion.Kind.PRIVACY
            else _("Every property manager is asked to agree at the next click."),
            _("It cannot be changed or taken back afterwards, only followed by a newer version."),
        ]

    def act(self, row: PolicyVersion) -> None:
        policies.publish_policy(scope=self.scope, policy=row)


class PolicyDelete(PolicyPage, ActionPage):
    """Delete a draft."""

    model = PolicyVersion
    needs = Can.POLICIES_EDIT
    label = _("Delete draft")
    title = _("Delete {0}?")
    tone = "danger"

    def act(self, row: PolicyVersion) -> None:
        policies.delete_policy(scope=self.scope, policy=row)
