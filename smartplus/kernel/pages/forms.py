"""FormPage: create or edit; the work is done by the service that the form calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from ..errors import Refused
from ..words import _
from . import meanwhile
from .base import Page


class FormPage(Page):
    """A form about one row (`pk` in the address) or a new one.

    Whoever saves a row that somebody else changed since the form was opened is told so first; the second
    save counts (`meanwhile.py`; `tells_changes = False` for a form that does not show what the row says).
    A form that comes without the word of what its reader knew, such as an older page's, is saved as it is.
    """

    abstract = True
    template = "pages/form.html"
    width = "wide"
    form_class: ClassVar[Any] = None
    submit: ClassVar[str] = _("Save")
    again: ClassVar[str] = ""
    aside: ClassVar[str] = ""
    steps: ClassVar[tuple[str, ...]] = ()
    step: ClassVar[int] = 0
    tells_changes: ClassVar[bool] = True
    overtaken: meanwhile.Meanwhile | None = None
    known = ""

    @classmethod
    def complete(cls) -> None:
        if not cls.abstract and cls.form_class is None:
            raise ImproperlyConfigured(f"{cls.__qualname__} has no form_class")

    def title(self) -> str:
        """What is done to which kind of row."""
        noun = self.names()[0]
        return (_("New {what}") if self.row is None else _("Edit {what}")).format(what=noun)

    def head_row(self) -> Any:
        return self.row

    def initial(self) -> dict[str, Any]:
        """What a new form starts with."""
        return {}

    def form_places(self) -> Mapping[str, Any]:
        """Where the choices of the form must lie, by name; by default where the page lies."""
        return self.places

    def form_kwargs(self) -> dict[str, Any]:
        """More arguments for the form."""
        return {}

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        """The form, narrowed to the reader and to where the page lies."""
        return self.form_class(
            data, files, initial=self.initial(), scope=self.scope, within=self.form_places(), row=self.row,
            **self.form_kwargs(),
        )  # fmt: skip

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if verb := request.POST.get("_do"):
            return self._press(verb)
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form)
        try:
            with transaction.atomic():
                self._see_changes(form)
                row = form.perform()
                self._still_ours(row)
        except Refused as refusal:
            form.refuse(refusal)
            return self.show(form)
        except meanwhile.Overtaken as others:
            return self._tell(form, others.changed)
        messages.success(request, self.done(row))
        return self.leave(row)

    def _see_changes(self, form: Any) -> None:
        """Raises `Overtaken` when the row says something else than the reader knew; one save at a time."""
        word = self.request.POST.get(meanwhile.FIELD, "")
        if not (word and self.tells_changes and isinstance(self.row, models.Model)):
            return
        meanwhile.wait_for_turn(self.row)
        changed = meanwhile.changed_fields(word, self.row, form, self._fresh().initial)
        if changed:
            raise meanwhile.Overtaken(changed)

    def _fresh(self) -> Any:
        """The form as it would be opened now, from the row as it is now."""
        self.__dict__.pop("row", None)
        return self.make_form()

    def _tell(self, form: Any, changed: list[str]) -> HttpResponse:
        """The form as it was typed, with what somebody changed; knowing that, the next save counts."""
        fresh = self._fresh()
        self.overtaken = meanwhile.told(changed, form, fresh.initial, self.scope, self.row)
        self.known = meanwhile.word_of(self.row, fresh)
        return self.show(form)

    def _press(self, verb: str) -> HttpResponseBase:
        """A button filled something in, or a choice others depend on changed: show it anew, save nothing."""
        data = self.request.POST.copy()
        form = self.make_form(data, self.request.FILES)
        if verb != "refresh" and form.press(verb, data):
            form = self.make_form(data, self.request.FILES)
        form.quiet()
        return self.show(form)

    def _still_ours(self, row: Any) -> None:
        """Nobody can push a row out of their own reach: it must still be among the rows of this page."""
        if self.model is None or not isinstance(row, self.model):
            return
        if not self.rows.filter(pk=row.pk).exists():
            raise PermissionDenied

    def show(self, form: Any) -> HttpResponse:
        """The page with the form as it is."""
        if not self.known and self.tells_changes and isinstance(self.row, models.Model):
            asked = self.request.POST.get(meanwhile.FIELD) if form.is_bound else None
            self.known = meanwhile.word_of(self.row, form) if asked is None else asked
        return self.render(self.template, form=form, object=self.row)

    def done(self, row: Any) -> str:
        """The sentence of the toast."""
        return _("Saved {name}").format(name=row) if isinstance(row, models.Model) else _("Saved")

    def success(self, row: Any) -> str:
        """Where to go afterwards."""
        return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else self.up

    def leave(self, row: Any) -> HttpResponseBase:
        """On to the next page: the same form again when that was asked for."""
        repeat = self.again and self.row is None and self.request.POST.get("next") == "again"
        return HttpResponseRedirect(self.request.get_full_path() if repeat else self.success(row))

    @property
    def cancel(self) -> str:
        """Where the way back leads."""
        return str(self.row.get_absolute_url()) if hasattr(self.row, "get_absolute_url") else self.up
