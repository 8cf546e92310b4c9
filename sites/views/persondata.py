"""One person's data: what there is, and all of it as a file."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.permissions import Can
from accounts.views.files import HEADERS
from sites import chapters
from sites.code_files import safe_name
from sites.models import Residency, Site
from sites.services.persondata import Export, export_of, export_own
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages import Link, Within
from smartplus.kernel.pages.base import Page
from smartplus.kernel.words import _

from .residents import resident_crumbs


def _sent(make: Callable[[], Export]) -> FileResponse:
    """The file, which nobody keeps on the way; 404 when the person went in this moment."""
    try:
        export = make()
    except Refused as refusal:
        raise Http404 from refusal
    name = f"{safe_name(export.who)} {localdate():%Y-%m-%d}.zip"
    return FileResponse(
        export.file, as_attachment=True, filename=name, content_type="application/zip",
        headers={**HEADERS, "Cache-Control": "no-store"},
    )  # fmt: skip


class _DataPage(Page):
    """What the file will hold."""

    abstract = True
    fresh = True
    width = "read"
    whole = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The chapters."""
        self.row  # noqa: B018 - a foreign row is a 404
        found = chapters.told(whole=self.whole)
        return self.render("sites/person_data.html", chapters=found)


class OwnData(_DataPage):
    """What is kept of the reader."""

    needs = Can.OWN_DATA
    title = _("Your data")
    whole = True
    actions = (Link("sites:own_data_file", _("Download as ZIP"), "download", kind="primary"),)

    def lead(self) -> str:
        """What is in it and what is not."""
        return _(
            "Everything that is kept of you, as one file for each topic. Passwords, PINs and full card "
            "numbers are not in it."
        )

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the settings."""
        return [(_("Settings"), reverse("accounts:settings"))]


class OwnDataFile(OwnData):
    """The file."""

    @property
    def after_proof(self) -> str:
        """The page with the button: a download leaves the question standing."""
        return reverse("sites:own_data")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Written down, then sent."""
        return _sent(lambda: export_own(scope=self.scope))


class ResidentData(_DataPage):
    """What this site keeps of a resident."""

    model = Residency
    needs = Can.PERSON_DATA
    within = {"site": Within(Site, "site")}
    actions = (Link("sites:resident_data_file", _("Download as ZIP"), "download", kind="primary"),)

    def title(self) -> str:
        """Whose."""
        return _("Data of {name}").format(name=self.row)

    def lead(self) -> str:
        """What is in it and what is not."""
        return _(
            "Everything this site keeps of the person, to hand over on request. Passwords, PINs and full "
            "card numbers are not in it; sign-ins and emails the person takes along under Settings. "
            "The operation log says who took it."
        )

    def head_row(self) -> Any:
        """The person."""
        return self.row

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))


class ResidentDataFile(ResidentData):
    """The file."""

    @property
    def after_proof(self) -> str:
        """The page with the button."""
        return reverse("sites:resident_data", args=[self.site.pk, self.row.pk])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Written down, then sent."""
        return _sent(lambda: export_of(scope=self.scope, site=self.site, person=self.row))
