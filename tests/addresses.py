"""Every address of the portal, found by walking the URLs. Nobody lists pages by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from smartplus.kernel.pages import Page

# Addresses that are no page of a signed-in person, each a decision.
PUBLIC: Mapping[str, str] = {
    "icons": "the icons of the design system, the same for everybody",
    "styleguide": "parts of the design system without data, only with DEBUG or DEMO",
    "accounts:login": "the door itself",
    "accounts:code": "only with a login that is held in the session",
    "accounts:code_again": "only with a login that is held in the session",
    "accounts:passkey_login": "the door itself, by a passkey",
    "accounts:passkey_question": "a challenge; names passkeys only to who gave the password",
    "accounts:language": "a choice kept in the browser, and in the account of who is signed in",
    "accounts:logout": "a POST that ends the own session",
    "accounts:forgot": "same answer for everybody",
    "accounts:forgot_sent": "same answer for everybody",
    "accounts:link": "a single-use link from an email",
    "accounts:email_link": "a single-use link from an email",
    "accounts:email_confirm": "only with a good link in the session",
    "accounts:set_password": "only with a good link in the session",
    "provisioning:autop": "devices sign in with their own secret",
    "provisioning:fleet": "the simulator signs in with its token; 404 where there is none",
    "provisioning:state_body": "devices sign in with their own secret",
}
# Kwargs that name no row, with a value that works.
WORDS: Mapping[str, str] = {"kind": "community"}


@dataclass(frozen=True)
class Address:
    """One address: its name, the page behind it, its kwargs."""

    name: str
    view: type[Page]
    params: tuple[str, ...]

    @property
    def has_row(self) -> bool:
        """Whether it names a row of a tenant."""
        return any(param not in WORDS for param in self.params)

    def url(self, world: Any, role: str) -> str:
        """The address of a row of `world` that `role` meets there."""
        return reverse(self.name, kwargs={param: self._value(param, world, role) for param in self.params})

    def _value(self, param: str, world: Any, role: str) -> object:
        if param in self.view.within:
            model = self.view.within[param].model
        elif param == "pk":
            model = self.view.model
        elif param in WORDS:
            return WORDS[param]
        else:
            raise AssertionError(f"{self.name}: teach tests/addresses.py the parameter {param!r}")
        if model is None:
            raise AssertionError(f"{self.name}: has pk but no model")
        return world.row(model, role, self.view).pk


def _walk(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    for item in patterns:
        if isinstance(item, URLPattern):
            name = f"{namespace}:{item.name}" if namespace else str(item.name)
            yield name, getattr(item.callback, "view_class", item.callback), tuple(item.pattern.converters)
        else:
            yield from _walk(item.url_patterns, item.namespace or namespace)


def everything() -> list[tuple[str, Any, tuple[str, ...]]]:
    """(name, view class or function, kwargs) of every address."""
    return list(_walk(get_resolver().url_patterns))


def addresses() -> list[Address]:
    """The addresses of pages, in their order."""
    return [
        Address(name, view, params)
        for name, view, params in everything()
        if isinstance(view, type) and issubclass(view, Page)
    ]
