"""Registration QR codes for more people than fit on a sheet: made in the background, sheet by sheet.

The sheets wait for who asked, encrypted, for an hour, and each is shown once. Nothing depends on them: what
is lost on the way (a worker, the cache, the hour) is made anew by asking again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction

from accounts.permissions import Can, rebuild_scope
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.reminders import remind
from smartplus.kernel.scoping import Scope
from smartplus.kernel.secrets import decrypt, draw_secret, encrypt
from smartplus.kernel.words import _

from . import codes

KEPT = 3600  # seconds
PURPOSE = "codes.sheet"
SILENCE = 60
"""Seconds after which a reminder counts as lost, and a worker that took a sheet as dead."""


@dataclass(frozen=True)
class Sheet:
    """Some of the codes: how many, from which place to which; `there` until it was shown."""

    number: int
    people: int
    first: str
    last: str
    there: bool


@dataclass(frozen=True)
class Progress:
    """How many people were seen to, and the sheets so far."""

    done: int
    total: int
    sheets: Sequence[Sheet]

    @property
    def figures(self) -> str:
        """ "1,500 of 3,412"."""
        return _("{done} of {total}").format(done=f"{self.done:,}", total=f"{self.total:,}")


def ask(*, scope: Scope, site: Site, residency_ids: Iterable[int]) -> None:
    """Have codes made for these people of a site, after the commit; what was asked before is dropped."""
    people = codes.unregistered(Residency.objects.filter(site=site, pk__in=set(residency_ids)))
    job = {
        "turn": draw_secret(9),
        "ids": list(people.values_list("pk", flat=True)),
        "done": 0,
        "sheets": [],
    }
    transaction.on_commit(lambda: _begin(site.pk, scope.user_id, job), robust=True)


def _begin(site_id: int, user_id: int, job: dict[str, Any]) -> None:
    cache.set(_key(site_id, user_id), job, KEPT)
    _hurry(site_id, user_id, job)


def _hurry(site_id: int, user_id: int, job: dict[str, Any]) -> None:
    """Send the reminder, unless one was sent or a sheet was made a moment ago."""
    if cache.add(f"{_key(site_id, user_id)}:hurried:{job['turn']}:{job['done']}", 1, SILENCE):
        remind("sites.tasks.make_code_sheets", site_id, user_id, queue="bulk")


def serve(site_id: int, user_id: int) -> None:
    """Make what was asked for, a sheet at a time, each its own transaction; with the rights of now."""
    key = _key(site_id, user_id)
    while (job := cache.get(key)) and job["done"] < len(job["ids"]):
        if not cache.add(f"{key}:taken:{job['turn']}:{job['done']}", 1, SILENCE):
            return  # another worker is at it
        try:
            scope = rebuild_scope(user_id)
            site = Site.objects.visible_to(scope).filter(pk=site_id).first()
        except PermissionError:
            site = None
        if site is None or not scope.can(Can.CODES_MAKE):
            cache.delete(key)
            return
        _make(scope, site, key, job)


def _make(scope: Scope, site: Site, key: str, job: dict[str, Any]) -> None:
    chunk = job["ids"][job["done"] : job["done"] + codes.MOST]
    try:
        made = codes.make_codes(scope=scope, site=site, residency_ids=chunk)
    except Refused as refusal:
        if refusal.code != "nobody":
            raise
        made = []  # they registered meanwhile
    if made:
        tokens = encrypt(" ".join(code.token for code in made), PURPOSE)
        cache.set(_sheet_key(key, job, len(job["sheets"])), tokens, KEPT)
        labels = [code.person.place_label for code in (made[0], made[-1])]
        job["sheets"].append([len(made), *labels])
    job["done"] += len(chunk)
    if (now := cache.get(key)) and now["turn"] == job["turn"]:
        cache.set(key, job, KEPT)


def progress_of(*, scope: Scope, site: Site) -> Progress | None:
    """How far it is, for who asked; None when nothing was asked or the hour is over."""
    key = _key(site.pk, scope.user_id)
    job = cache.get(key)
    if not job:
        return None
    if job["done"] < len(job["ids"]):
        _hurry(site.pk, scope.user_id, job)
    keys = [_sheet_key(key, job, number) for number in range(len(job["sheets"]))]
    there = cache.get_many(keys)
    sheets = [
        Sheet(number, people, first, last, name in there)
        for number, (name, (people, first, last)) in enumerate(zip(keys, job["sheets"], strict=True), start=1)
    ]
    return Progress(job["done"], len(job["ids"]), sheets)


def take(*, scope: Scope, site: Site, number: int) -> list[codes.Code]:
    """The codes of a sheet, to show now and never again; none when it was shown or is not there."""
    key = _key(site.pk, scope.user_id)
    job = cache.get(key)
    name = _sheet_key(key, job, number - 1) if job else ""
    held = cache.get(name) if name else None
    if held is None or not cache.delete(name):
        return []
    return codes.codes_behind(site=site, tokens=decrypt(held, PURPOSE).split())


def _key(site_id: int, user_id: int) -> str:
    return f"codes:{site_id}:{user_id}"


def _sheet_key(key: str, job: dict[str, Any], number: int) -> str:
    return f"{key}:sheet:{job['turn']}:{number}"
