"""Addresses by name: filled in from what a page already knows, and who may open what lies behind them."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import Any

from django.urls import NoReverseMatch, Resolver404, get_urlconf, resolve, reverse


@lru_cache(maxsize=4096)
def _keys_taken(
    name: str, offered: tuple[str, ...], urlconf: str | None, sample: tuple[str, ...]
) -> tuple[str, ...]:
    """The largest share of `offered` that the address called `name` takes."""
    values = dict(zip(offered, sample, strict=True))
    for size in range(len(offered), -1, -1):
        for keys in combinations(offered, size):
            try:
                reverse(name, kwargs={key: values[key] for key in keys})
            except NoReverseMatch:
                continue
            return keys
    raise NoReverseMatch(f"{name!r} has no address with any of {', '.join(offered) or 'nothing'}")


def address(name: str, given: Mapping[str, Any]) -> str:
    """The URL called `name`, with as many of the `given` kwargs as it takes.

    Raises `NoReverseMatch` when it needs one that is not given.
    """
    offered = tuple(sorted(given))
    sample = tuple(str(given[key]) for key in offered)
    shape = tuple("1" if value.isdigit() else value for value in sample)
    keys = _keys_taken(name, offered, get_urlconf(), shape)
    return reverse(name, kwargs={key: given[key] for key in keys})


@lru_cache(maxsize=4096)
def _page_class(name: str, url: str, urlconf: str | None) -> Any:
    try:
        return getattr(resolve(url).func, "view_class", None)
    except Resolver404:
        return None


def page_behind(name: str, url: str) -> Any:
    """The page class behind an address called `name`; None when it is no page of ours."""
    return _page_class(name, _shape(url), get_urlconf())


def _shape(url: str) -> str:
    """The URL with its numbers made 1, so that all rows of one address share an entry of the cache."""
    return "/".join("1" if part.isdigit() else part for part in url.partition("?")[0].split("/"))
