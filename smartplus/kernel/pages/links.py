"""What a page offers to do next: links, buttons, bulk actions, and the empty state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch

from ..addresses import address, page_behind

if TYPE_CHECKING:
    from .base import Page


@dataclass(frozen=True)
class Button:
    """A link ready for a template. `dialog` opens over the page, `post` acts at once.

    `same_rows` follows the list when it is searched and filtered further.
    """

    label: str
    url: str
    icon: str = ""
    kind: str = ""
    size: str = ""
    dialog: bool = False
    post: bool = False
    current: bool = False
    count: str = ""
    same_rows: bool = False


@dataclass(frozen=True)
class Link:
    """A way onward: a URL name, or a callable (page, row) -> url.

    The kwargs of the address come from the page, from the row (`pk`), and from what the row belongs to.

    `same_rows`: over a list it leads to just the rows the list shows, as searched, filtered and sorted.

    It hides itself from who does not hold the capability of the page behind it (or `needs`), and
    where `when(page, row)` is false.
    """

    to: str | Callable[[Any, Any], str]
    label: str
    icon: str = ""
    kind: str = ""
    needs: Any = None
    when: Callable[[Any, Any], bool] | None = None
    same_rows: bool = False

    def button(self, page: Page, row: Any = None) -> Button | None:
        """This link as seen from `page` (on one `row` of it), or None when the reader has no use for it."""
        if self.needs is not None and not page.scope.can(self.needs):
            return None
        if self.when is not None and not self.when(page, row):
            return None
        if callable(self.to):
            url, target = self.to(page, row), None
        else:
            url = self._reverse(page, row)
            target = page_behind(self.to, url)
        if not reachable(page, target):
            return None
        if self.same_rows and (query := getattr(page, "same_query", "")):
            url = f"{url}?{query}"
        asks = bool(getattr(target, "acts", False))
        post = asks and not getattr(target, "confirm", True)
        current = url.partition("?")[0] == page.request.path
        return Button(
            self.label, url, self.icon, self.kind, dialog=asks and not post, post=post, current=current,
            same_rows=self.same_rows,
        )  # fmt: skip

    def _reverse(self, page: Page, row: Any) -> str:
        assert isinstance(self.to, str)
        given = {**page.kwargs} if row is None else {**named_by(row), **page.kwargs, "pk": row.pk}
        try:
            return address(self.to, given)
        except NoReverseMatch as error:
            raise NoReverseMatch(f"{type(page).__name__}: {error}; use to=lambda page, row: …") from error


def named_by(row: Any) -> dict[str, Any]:
    """The row itself and what it belongs to, as kwargs of an address: a site is `site` on pages within it."""
    return {**owners_of(row), row._meta.model_name: row.pk}


def owners_of(row: Any) -> dict[str, Any]:
    """What a row belongs to, as kwargs of an address: {"site": 7, "building": 3}."""
    fields = row._meta.concrete_fields
    owners = {field.name: getattr(row, field.attname) for field in fields if field.many_to_one}
    return {name: key for name, key in owners.items() if key is not None}


def reachable(page: Page, target: Any) -> bool:
    """Whether the reader of `page` holds what the `target` page needs; addresses of no page are open."""
    needed = getattr(target, "needs", None)
    return needed is None or page.scope.can(needed)


def buttons(page: Page, links: Iterable[Link], row: Any = None) -> list[Button]:
    """Those of `links` that the reader may use, ready for a template."""
    return [button for link in links if (button := link.button(page, row)) is not None]


def shared_out(found: list[Button], room: int = 4) -> tuple[list[Button], list[Button]]:
    """The buttons beside a title, and those behind them in a menu where there are more than `room`.

    The primary one and the first others stay in sight; what destroys stands at the end of the menu.
    """
    if len(found) <= room:
        return found, []
    first = [button for button in found if not button.kind][: room - 2]
    shown = [button for button in found if button.kind == "primary" or button in first]
    more = [button for button in found if button not in shown]
    return shown, sorted(more, key=lambda button: button.kind == "danger")


@dataclass(frozen=True)
class Bulk:
    """A button over the picked rows of a list; `to` is the URL name of an ActionPage with `many`."""

    name: str
    label: str
    to: str
    icon: str = ""
    tone: str = ""
    when: Callable[[Any], bool] | None = None

    def button(self, page: Page) -> Button | None:
        """The button for the bulk bar of `page`, or None when the reader may not use it."""
        if self.when is not None and not self.when(page):
            return None
        url = address(self.to, page.kwargs)
        if not reachable(page, page_behind(self.to, url)):
            return None
        return Button(self.label, url, self.icon, self.tone)


@dataclass(frozen=True, init=False)
class Empty:
    """What a list says when it has nothing: what is missing, and the one thing to do next."""

    title: str
    text: str
    links: tuple[Link, ...]

    def __init__(self, title: str, text: str = "", *links: Link) -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "links", links)
