"""PanelPage: a part of a page that loads and renews itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from .base import Page
from .links import Button, buttons
from .lists import hash_of


class PanelPage(Page):
    """A panel with an address of its own; unchanged, it costs one indexed query and a 304."""

    abstract = True
    fragment: ClassVar[str] = "parts/panel.html"
    page_template: ClassVar[str] = "pages/panel.html"
    panel_class: ClassVar[str] = ""
    poll: ClassVar[int] = 5
    width = "wide"

    def version(self) -> str:
        """ONE indexed query whose answer changes when the panel does; "" renders it each time."""
        return ""

    def head_row(self) -> Any:
        return self.row

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if "pk" in self.kwargs:
            self.row  # noqa: B018 - a foreign row is a 404 before anything is said
        version = self.version()
        tag = f'W/"{hash_of(version, self.scope.user_id, request.get_full_path())}"' if version else ""
        if tag and self.wants_fragment and request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=304, headers={"ETag": tag})
        template = self.fragment if self.wants_fragment else self.page_template
        response = self.render(template, object=self.row, tag=tag)
        if tag:
            response["ETag"] = tag
        return response

    @property
    def url(self) -> str:
        """Its own address, to be asked again."""
        return self.request.get_full_path()

    @property
    def panel_id(self) -> str:
        """An id for the page it is put into."""
        return "panel" + "".join(
            letter if letter.isalnum() else "-" for letter in self.request.path.rstrip("/")
        )

    @property
    def foot_buttons(self) -> list[Button]:
        """The buttons of the panel's head that this reader may use."""
        return buttons(self, self.actions, self.row)
