"""Support & Service: documents, the way to tickets and certification, whom to call; the operator's shelf."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Column, DetailPage, Empty, FormPage, Link, ListPage
from smartplus.kernel.words import _, pgettext

from ..filters import DocumentFilter
from ..forms.notices import DocumentForm
from ..models import Document
from ..permissions import Can
from ..queries import support as queries
from ..services import support
from .files import give_out
from .notices import for_whom

FEEDBACK = Link("accounts:feedback", _("Write feedback"), icon="message-square")
RECEIVED = Link("accounts:feedback_received", _("Feedback received"), icon="inbox")
ADD = Link("accounts:document_add", _("Add document"), icon="plus", kind="primary")
EDIT = Link("accounts:document_edit", _("Edit"), icon="pencil")
DELETE = Link("accounts:document_delete", _("Delete…"), icon="trash-2", kind="danger")
FILE = Column("size", _("Size"), value=lambda row: filesizeformat(row.size), sort=True, kind="num", drop=3)


def _written(address: str) -> str:
    """An address from the settings, if it is one of the web."""
    return address if address.startswith(("https://", "http://")) else ""


class Support(ListPage):
    """What helps the reader: documents for the own role, links, and whom to call."""

    model = Document
    needs = Can.SUPPORT_VIEW
    title = _("Support & Service")
    template = "accounts/support.html"
    columns = (
        Column("title", _("Document"), cell="accounts/cells/document.html", kind="who", sort=True),
        Column("kind", _("Kind"), sort=True),
        Column("language", _("Language"), value=lambda row: row.get_language_display(), drop=3),
        FILE,
        Column("created_at", cell="parts/cells/when.html", sort=True, drop=1),
    )
    order = ("title",)
    search = ("title", "file_name")
    search_hint = _("Title, file name")
    filter_class = DocumentFilter
    row_link = "accounts:document_file"
    actions = (RECEIVED, FEEDBACK)
    export = False
    empty = Empty(_("No documents yet"), _("Guides and data sheets appear here."))

    def context(self) -> dict[str, Any]:
        """Where else there is help; what is not known is left out."""
        return {
            "tickets": _written(settings.SUPPORT_TICKET_URL),
            "certification": _written(settings.SUPPORT_CERTIFICATION_URL),
            "contacts": [one.contact for one in queries.providers_of(self.scope)],
        }


class DocumentFile(DetailPage):
    """The file of a document, to be saved."""

    model = Document
    needs = Can.SUPPORT_VIEW

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return give_out(self.row.file, self.row.file_name)


class OwnDocumentFile(DocumentFile):
    """The same for the operator, who sees what is not offered yet."""

    needs = Can.SUPPORT_EDIT


class DocumentPage:
    """Below the list."""

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(_("Documents"), reverse("accounts:documents"))]

    def success(self, row: Any) -> str:
        return reverse("accounts:documents")


class DocumentList(ListPage):
    """What the operator offers to download."""

    model = Document
    needs = Can.SUPPORT_EDIT
    title = _("Documents")
    columns = (
        Column("title", _("Title"), sort=True, kind="who"),
        Column("kind", _("Kind"), sort=True),
        Column("language", _("Language"), value=lambda row: row.get_language_display(), drop=3),
        Column("roles", pgettext("readers", "For"), value=for_whom, drop=3),
        Column("file_name", drop=1),
        FILE,
        Column("offered", _("Offered"), cell="accounts/cells/active.html", export=lambda row: row.offered),
        Column("created_at", cell="parts/cells/when.html", sort=True, drop=1),
    )
    order = ("title",)
    search = ("title", "file_name")
    search_hint = _("Title, file name")
    filter_class = DocumentFilter
    row_link = "accounts:document_edit"
    row_actions = (Link("accounts:document_own_file", _("Download"), icon="download"), EDIT, DELETE)
    actions = (ADD,)
    empty = Empty(
        _("No documents yet"), _("Add guides and data sheets for those who install and manage."), ADD
    )


class DocumentEdit(DocumentPage, FormPage):
    """Offer a document, or change one."""

    model = Document
    needs = Can.SUPPORT_EDIT
    form_class = DocumentForm
    submit = _("Save document")


class DocumentDelete(DocumentPage, ActionPage):
    """Take a document away."""

    model = Document
    needs = Can.SUPPORT_EDIT
    label = _("Delete document")
    title = _("Delete {0}?")
    tone = "danger"

    def explain(self, row: Document) -> list[str]:
        """The file goes too."""
        return [_("the file {name}").format(name=row.file_name)]

    def act(self, row: Document) -> None:
        support.delete_document(scope=self.scope, document=row)
