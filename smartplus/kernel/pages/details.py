"""DetailPage: one row, with its facts and the panels of other apps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..addresses import address, page_behind
from ..tables import Column, label_of, show
from .base import Page
from .links import Button, Link, buttons, reachable


@dataclass(frozen=True)
class Fact:
    """One line of a row's facts."""

    label: str
    value: Any
    raw: Any = None
    cell: str = ""
    column: Column | None = None


@dataclass(frozen=True)
class Frame:
    """A panel of another page, loaded by its address."""

    url: str
    title: str


class DetailPage(Page):
    """One row: facts, tabs, panels. `template` extends "pages/detail.html" when facts are not enough."""

    abstract = True
    template = "pages/detail.html"
    width = "wide"
    facts: ClassVar[Sequence[str | Column]] = ()
    tabs: ClassVar[Sequence[Link]] = ()
    panels: ClassVar[Sequence[str]] = ()

    def title(self) -> str:
        """The name of the row."""
        return str(self.row)

    def head_row(self) -> Any:
        return self.row

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.render(self.template, object=self.row)

    @property
    def tab_buttons(self) -> list[Button]:
        """The tabs over the row that this reader may open."""
        return buttons(self, self.tabs, self.row)

    @property
    def listed_facts(self) -> list[Fact]:
        """The declared facts with their values in words."""
        made = []
        for fact in self.facts:
            column = Column(fact) if isinstance(fact, str) else fact
            if column.needs is not None and not self.scope.can(column.needs):
                continue
            label = column.label or label_of(type(self.row), column.name)
            made.append(Fact(label, show(column.words(self.row)), column.read(self.row), column.cell, column))
        return made

    @property
    def frames(self) -> list[Frame]:
        """The declared panels that this reader may see."""
        return [
            frame for name in self.panels if (frame := frame_of(self, name, {"pk": self.row.pk})) is not None
        ]


def frame_of(page: Page, name: str, given: dict[str, Any]) -> Frame | None:
    """The panel called `name`, with kwargs from the page and `given`; None when the reader may not see it."""
    url = address(name, {**page.kwargs, **given})
    target = page_behind(name, url)
    if not reachable(page, target):
        return None
    title = getattr(target, "title", "")
    return Frame(url, "" if callable(title) else str(title))
