"""Registration QR codes: shown once to who made them, kept by nobody on the way."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from accounts.permissions import Can
from sites import code_files
from sites.forms.codes import CodesForm
from sites.models import Residency, Site, Unit
from sites.services import codes as services
from smartplus.kernel.pages import ActionPage, Within
from smartplus.kernel.words import _, filled, ngettext, pgettext

from .residents import resident_crumbs
from .units import unit_crumbs

SHEET, DIALOG = "sites/codes.html", "sites/parts/code_dialog.html"
VOIDS = _("Every earlier code and every link sent by email stops working.")
SHOWN_ONCE = _("The codes are shown once: print the sheet or keep the files before you leave it.")


class CodesPage(ActionPage):
    """An action that ends on a page with codes instead of leading back."""

    abstract = True
    needs = Can.CODES_MAKE
    within = {"site": Within(Site, "site")}
    many = True
    made: list[services.Code]

    def done(self, rows: list[Any]) -> str:
        """The codes themselves are the answer: no toast."""
        return ""

    def leave(self, rows: list[Any]) -> HttpResponseBase:
        """The sheet, which no browser and no proxy keeps."""
        if not hasattr(self, "made"):
            return super().leave(rows)
        cards = [
            {
                "person": code.person,
                "until": code_files.until_words(self.site, code),
                "picture": code_files.embedded(code, among_many=len(self.made) > 1),
                "token": code.token,
            }
            for code in self.made
        ]
        response = self.render(DIALOG if self.wants_fragment else SHEET, cards=cards)
        response["Cache-Control"] = "no-store"
        return response


class ResidentCode(CodesPage):
    """The registration QR code of one person."""

    model = Residency
    related = ("user", "site")
    many = False
    label = _("Make code")
    title = _("Registration QR code of {0}")

    def lead(self) -> str:
        """What it is for, and what becomes of others."""
        return _(
            "Whoever scans the code sets the password of this person. It works once, for 7 days, and is "
            "shown only now. Every earlier code and every link sent by email stops working."
        )

    def act(self, row: Residency) -> None:
        """Make it."""
        self.made = [services.make_code(scope=self.scope, person=row)]

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))


class ManyCodes(CodesPage):
    """A sheet of codes."""

    abstract = True
    label = _("Make codes")
    title = _("Refresh QR codes of {0}?")

    def explain_many(self, rows: list[Any]) -> list[str]:
        """For whom, how many, and what becomes of others."""
        return [
            _("Whoever is registered already gets none."),
            filled(_("At most {n} codes at once, on one sheet to print or as files."), n=services.MOST),
            VOIDS,
            SHOWN_ONCE,
        ]

    @property
    def heading(self) -> str:
        """The question, then the sheet."""
        if not hasattr(self, "made"):
            return super().heading
        said = ngettext("{n} registration QR code", "{n} registration QR codes", len(self.made))
        return said.format(n=len(self.made))


class UnitCodes(ManyCodes):
    """A sheet of codes for the people of the chosen apartments, or of one."""

    model = Unit
    noun = (_("apartment"), _("apartments"))
    form_class = CodesForm

    def explain(self, row: Unit) -> list[str]:
        """As for several."""
        return self.explain_many([row])

    def act(self, row: Unit) -> None:
        """One, from its own page."""
        self.act_many([row])

    def act_many(self, rows: list[Unit]) -> None:
        """For all of them in one go."""
        self.made = services.make_codes_of_units(
            scope=self.scope,
            site=self.site,
            unit_ids=[row.pk for row in rows],
            masters_only=self.form.cleaned_data["who"] == CodesForm.MASTERS,
        )

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartments."""
        return unit_crumbs(self.site)


class PeopleCodes(ManyCodes):
    """A sheet of codes for the chosen people: those of an office live in no apartment."""

    model = Residency
    noun = (_("person"), _("people"))

    def act_many(self, rows: list[Residency]) -> None:
        """For all of them in one go."""
        ids = [row.pk for row in rows]
        self.made = services.make_codes(scope=self.scope, site=self.site, residency_ids=ids)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)


class CodeFiles(ActionPage):
    """The codes of a sheet as files: who holds the sheet sends them back, nothing was kept here."""

    model = Residency
    needs = Can.CODES_MAKE
    within = {"site": Within(Site, "site")}
    noun = (pgettext("a QR code", "code"), pgettext("a QR code", "codes"))
    many = True
    label = _("Download")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """A ZIP of those that are still good."""
        made = services.codes_behind(site=self.site, tokens=request.POST.get("codes", "").split())
        if not made:
            messages.error(request, _("None of these codes is good any more. Make new ones."))
            return self.leave([])
        response = HttpResponse(code_files.archive(self.site, made), content_type="application/zip")
        name = f"{code_files.safe_name(_('Registration QR codes'))}.zip"
        response["Content-Disposition"] = content_disposition_header(True, name) or ""
        response["Cache-Control"] = "no-store"
        return response

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)
