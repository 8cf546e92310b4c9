"""ImportPage: choose a file, see what is wrong with it, decide, watch it being written."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from ..addresses import address
from ..errors import Refused
from ..imports import queries, services
from ..imports.importer import Importer, importer_called
from ..models import Import
from ..sheets.guard import megabytes
from ..sheets.templates import marked, template
from ..sheets.writer import response
from ..widgets import Drop, dress
from ..words import _, ngettext
from .base import Page
from .lists import hash_of

STEPS = (_("File"), _("Check"), _("Write"))
RECENT = 8
Status = Import.Status


class FileForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label=_("File"),
        widget=Drop(),
        error_messages={"required": _("Choose a file.")},
    )


class ImportPage(Page):
    """All addresses of one import; which one is told by `step`. `import_urls` makes them."""

    abstract = True
    model = Import
    width = "wide"
    importer: type[Importer]
    step: str = "file"
    base_name: str = ""

    @classmethod
    def complete(cls) -> None:
        if cls.abstract:
            return
        if getattr(cls, "importer", None) is None:
            raise ImproperlyConfigured(f"{cls.__qualname__} has no importer")
        if cls.needs is None:
            cls.needs = cls.importer.needs

    def importer_class(self) -> type[Importer]:
        """The importer of this place, where the kind of the place decides."""
        return self.importer

    def _enter(self) -> None:
        super()._enter()
        self.importer = self.importer_class()

    def title(self) -> str:
        """The title of the importer."""
        return str(self.importer.title)

    def lead(self) -> str:
        """What has and has not happened so far."""
        run = self.row if self.step == "run" else None
        if run is None or run.status in (Status.UPLOADED, Status.CHECKING, Status.CHECKED):
            return _("All rows are checked before anything is written. So far nothing has been changed.")
        return ""

    @classmethod
    def names(cls) -> tuple[str, str]:
        """What the importer calls its rows."""
        return (str(cls.importer.noun[0]), str(cls.importer.noun[1]))

    @property
    def import_context(self) -> dict[str, int]:
        """Where the import goes: the keys of the places the page lies within."""
        return {name: place.pk for name, place in self.places.items()}

    def refine(self, rows: Any) -> Any:
        """Imports of this kind into this place; whose they are is the scope's business."""
        return rows.filter(importer=self.importer.key, context=self.import_context).defer("file")

    @property
    def the_importer(self) -> Importer:
        """The importer itself."""
        return importer_called(self.importer.key)

    def url(self, step: str = "", pk: int | None = None) -> str:
        """The address of a step of this import."""
        match = self.request.resolver_match
        space = f"{match.namespace}:" if match and match.namespace else ""
        given = {name: value for name, value in self.kwargs.items() if name != "pk"}
        if pk is not None:
            given["pk"] = pk
        return address(f"{space}{self.base_name}{step}", given)

    # --- Requests ---------------------------------------------------------------------------

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        handler: Any = getattr(self, f"get_{self.step}")
        answer: HttpResponseBase = handler()
        return answer

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if self.step == "file":
            return self._take_file()
        if self.step == "run":
            return self._decide()
        return self.http_method_not_allowed(request)

    def get_file(self) -> HttpResponse:
        """Choose a file; what runs and what was done lately."""
        return self._file_page(FileForm())

    def _file_page(self, form: FileForm) -> HttpResponse:
        endings = self.importer.endings
        for field in form.fields.values():
            dress(field)
            field.widget.attrs["accept"] = ",".join(endings)
        recent = list(self.rows[:RECENT])
        rows = self.importer.max_rows
        most = ngettext("{kinds}, up to {size}, {n} row", "{kinds}, up to {size}, {n} rows", rows).format(
            kinds=", ".join(endings), size=megabytes(settings.IMPORT_MAX_BYTES), n=f"{rows:,}"
        )
        return self.render("pages/import.html", form=form, recent=recent, most=most)

    def _take_file(self) -> HttpResponseBase:
        form = FileForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self._file_page(form)
        given = form.cleaned_data["file"]
        try:
            run = services.stage(
                scope=self.scope, key=self.importer.key, context=self.import_context, file=given.file,
                name=given.name, site_id=self.import_context.get("site"),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("file", refusal.message)
            return self._file_page(form)
        return HttpResponseRedirect(self.url("_run", run.pk))

    def get_template(self) -> HttpResponseBase:
        """The template to fill in."""
        name = str(self.importer.template_name or self.importer.title)
        return response(name.removesuffix(".xlsx"), template(self.importer.sheet_name, self.importer.columns))

    def get_rows(self) -> HttpResponseBase:
        """What is there now, as a filled-in template."""
        rows = self.the_importer.export(self.scope, self.import_context)
        sheets = template(self.importer.sheet_name, self.importer.columns, rows, whole=True)
        return response(self.heading, sheets)

    def get_run(self) -> HttpResponse:
        """One import: its progress, what was found, the decision, what came of it."""
        run = self.row
        values: dict[str, Any] = {"run": run, "steps": self.steps}
        if run.status in (Status.CHECKED, Status.DONE, Status.CANCELLED, Status.FAILED):
            values |= {
                "errors": queries.error_lines(run),
                "error_count": queries.count_errors(run),
                "warnings": queries.warning_lines(run),
                "preview": queries.preview(run, self._number("after"), "bad" in self.request.GET),
                "only_bad": "bad" in self.request.GET,
                "changes": queries.changes(run, self._number("changed")),
            }
        return self.render("pages/import_run.html", **values)

    def _number(self, name: str) -> int:
        given = self.request.GET.get(name, "")
        return int(given) if given.isdigit() and len(given) < 9 else 0

    def get_progress(self) -> HttpResponseBase:
        """The polled part of a running import; tells the page to load anew when the step is over."""
        run = self.row
        if not run.running:
            return HttpResponse(status=204, headers={"HX-Redirect": self.url("_run", run.pk)})
        tag = f'W/"{hash_of(run.pk, run.status, run.done_rows, run.total, run.seconds_left)}"'
        if self.request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=304, headers={"ETag": tag})
        answer = self.render("parts/import_progress.html", run=run)
        answer["ETag"] = tag
        return answer

    def get_errors(self) -> HttpResponseBase:
        """The rows that are not written, wrong cells marked."""
        run = self.row
        stem = run.file_name.rpartition(".")[0]
        name = _("{name} with errors").format(name=stem)
        return response(name, marked(run.sheet or "Import", run.columns, queries.marked_rows(run)))

    def _decide(self) -> HttpResponseBase:
        run, wish = self.row, self.request.POST.get("_do", "")
        try:
            if wish == "stop":
                services.cancel(scope=self.scope, run=run)
            else:
                services.start(scope=self.scope, run=run, choice=wish)
        except Refused as refusal:
            messages.error(self.request, refusal.message)
        return HttpResponseRedirect(self.url("_run", run.pk))

    # --- Words for the templates ------------------------------------------------------------

    @cached_property
    def file_url(self) -> str:
        """Where a file is chosen."""
        return self.url()

    @cached_property
    def template_url(self) -> str:
        """Where the template is downloaded."""
        return self.url("_template")

    @cached_property
    def rows_url(self) -> str:
        """Where what is there now is downloaded; "" when it cannot be."""
        return self.url("_rows") if self.the_importer.exports else ""

    @property
    def run_url(self) -> str:
        """Where this import is shown."""
        return self.url("_run", self.row.pk)

    @property
    def progress_url(self) -> str:
        """Where its progress is told."""
        return self.url("_progress", self.row.pk)

    @property
    def errors_url(self) -> str:
        """Where the rows with errors are downloaded."""
        return self.url("_errors", self.row.pk)

    @property
    def recent_runs(self) -> list[tuple[Import, str]]:
        """(import, address) of those that run and those of late."""
        return [(run, self.url("_run", run.pk)) for run in self.rows[:RECENT]]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps with which one is being done."""
        status = self.row.status if self.step == "run" else ""
        now = 0 if not status else 1 if status in (Status.UPLOADED, Status.CHECKING, Status.CHECKED) else 2
        over = status == Status.DONE
        return [
            {"label": label, "done": number < now or over, "current": number == now and not over,
             "url": self.file_url if number == 0 < now else ""}
            for number, label in enumerate(STEPS)
        ]  # fmt: skip


def import_urls(prefix: str, page: type[ImportPage], name: str) -> list[URLPattern]:
    """The addresses of an import below `prefix`, called `name`, `name_template`, `name_run` and so on."""
    steps = [("", "file"), ("template/", "template")]
    steps += [("<int:pk>/", "run"), ("<int:pk>/progress/", "progress"), ("<int:pk>/errors/", "errors")]
    if page.importer.export is not Importer.export:
        steps.append(("rows/", "rows"))
    return [
        path(
            f"{prefix}{tail}",
            page.as_view(step=step, base_name=name),
            name=name if step == "file" else f"{name}_{step}",
        )
        for tail, step in steps
    ]
