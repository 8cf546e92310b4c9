"""Registration QR codes: shown once to who made them, kept by nobody on the way."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounts.permissions import Can
from sites import code_files
from sites.crumbs import site_crumbs
from sites.forms.codes import CodesForm
from sites.models import Residency, Site, Unit
from sites.services import code_sheets
from sites.services import codes as services
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages import ActionPage, PanelPage, Within
from smartplus.kernel.words import _, filled, ngettext, pgettext

from .residents import resident_crumbs
from .units import unit_crumbs

SHEET, DIALOG = "sites/codes.html", "sites/parts/code_dialog.html"
VOIDS = _("Every earlier code and every link sent by email stops working.")
SHOWN_ONCE = _("The codes are shown once: print the sheet or keep the files before you leave it.")


def sheets_url(site: Site) -> str:
    """Where the sheets are that are made in the background."""
    return reverse("sites:code_sheets", args=[site.pk])


def codes_words(n: int) -> str:
    """So many codes."""
    return ngettext("{n} registration QR code", "{n} registration QR codes", n).format(n=n)


class CodesPage(ActionPage):
    """An action that ends on a page with codes instead of leading back."""

    abstract = True
    needs = Can.CODES_MAKE
    within = {"site": Within(Site, "site")}
    many = True
    made: list[services.Code]
    in_sheets = False

    def make(self, people: list[int]) -> None:
        """Make the codes at once, or for more people than a sheet holds in the background."""
        try:
            self.made = services.make_codes(scope=self.scope, site=self.site, residency_ids=people)
        except Refused as refusal:
            if refusal.code != "too_many":
                raise
            code_sheets.ask(scope=self.scope, site=self.site, residency_ids=people)
            self.in_sheets = True

    def done(self, rows: list[Any]) -> str:
        """The codes themselves are the answer: no toast."""
        return ""

    def success(self, rows: list[Any]) -> str:
        """Where the sheets come, one by one."""
        return sheets_url(self.site) if self.in_sheets else super().success(rows)

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
    fresh_for_many = True

    def explain_many(self, rows: list[Any]) -> list[str]:
        """For whom, how many, and what becomes of others."""
        return [
            _("Whoever is registered already gets none."),
            filled(
                _("More than {n} people get several sheets, made in the background within minutes."),
                n=services.MOST,
            ),
            VOIDS,
            SHOWN_ONCE,
        ]

    @property
    def heading(self) -> str:
        """The question, then the sheet."""
        if not hasattr(self, "made"):
            return super().heading
        return codes_words(len(self.made))


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
        masters_only = self.form.cleaned_data["who"] == CodesForm.MASTERS
        self.make(
            services.people_of_units(
                site=self.site, unit_ids=[row.pk for row in rows], masters_only=masters_only
            )
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
        self.make([row.pk for row in rows])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)


class CodeSheets(PanelPage):
    """The sheets of codes this reader asked for, while and after they are made in the background."""

    model = Site
    needs = Can.CODES_MAKE
    title = _("Registration QR codes")
    template = "sites/panels/code_sheets.html"
    poll = 2

    def context(self) -> dict[str, Any]:
        """How far they are."""
        return {"progress": code_sheets.progress_of(scope=self.scope, site=self.row)}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.row)


class CodeSheet(CodesPage):
    """One of several sheets, shown once to who asked for them."""

    model = Residency
    noun = (pgettext("a QR code", "code"), pgettext("a QR code", "codes"))
    label = _("Open sheet")
    fresh = True

    @property
    def after_proof(self) -> str:
        """Back to where the sheets are."""
        return sheets_url(self.site)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """There is nothing to see before one is opened."""
        return HttpResponseRedirect(sheets_url(self.site))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Its codes."""
        number = request.POST.get("number", "")
        wanted = int(number) if number.isdecimal() and len(number) < 6 else 0
        self.made = code_sheets.take(scope=self.scope, site=self.site, number=wanted)
        if not self.made:
            messages.error(
                request, _("This sheet was shown already or is not there any more. Make new codes.")
            )
            return HttpResponseRedirect(sheets_url(self.site))
        return self.leave([])

    @property
    def heading(self) -> str:
        """As of a sheet that came at once."""
        return codes_words(len(self.made))

    def crumbs(self) -> list[tuple[str, str]]:
        """Below all of them."""
        return site_crumbs(self.site, (_("Registration QR codes"), sheets_url(self.site)))


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
