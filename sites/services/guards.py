"""What every write here begins with: hold the site, check the values, collect refusals by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from sites.models import Site
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, pgettext

T = TypeVar("T")


def hold(scope: Scope, site: Site) -> Site:
    """The site as it is now, locked against other writers of its places and people until the commit.

    The lock lets rows that point to the site come and go (FOR NO KEY UPDATE), so it never waits for
    what other apps write. Raises `Refused` when the reader cannot see the site (any more).
    """
    rows = Site.objects.visible_to(scope).select_for_update(no_key=True, of=("self",))
    held: Site | None = rows.filter(pk=site.pk).first()
    if held is None:
        raise Refused(_("This site is not there any more."), code="gone")
    return held


def present() -> datetime:
    """Now, as all statements of this transaction see it: what ends at this moment has ended for each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def checked(field: str, clean: Callable[..., T], *values: Any) -> T:
    """What `clean` makes of the values; its complaint as a refusal of `field`."""
    try:
        return clean(*values)
    except ValidationError as wrong:
        raise Refused(wrong.messages[0], field=field, code=wrong.code or "invalid") from wrong


@contextmanager
def once(message: str, field: str) -> Iterator[None]:
    """Turn the database's "there is one already" into a refusal of `field`.

    Names are compared before, but only the database knows which letters its own `lower()` makes one.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise Refused(message, field=field, code="in_use") from taken


class Rows:
    """Refusals of one plural call, by the index of the row; the first of each row counts."""

    def __init__(self) -> None:
        self.refusals: dict[int, Refused] = {}

    def each(self, rows: Iterable[T], tidy: Callable[[T], T]) -> list[T]:
        """The rows made tidy; one that is refused stays as it was."""
        kept = []
        for index, row in enumerate(rows):
            try:
                kept.append(tidy(row))
            except Refused as refusal:
                self.refusals.setdefault(index, refusal)
                kept.append(row)
        return kept

    def no(self, index: int, message: str, field: str | None = None, code: str = "refused") -> None:
        """Refuse one row."""
        self.refusals.setdefault(index, Refused(message, field=field, code=code))

    def stop(self) -> None:
        """Raise all refusals, ordered by row; nothing when there are none."""
        if self.refusals:
            raise RefusedMany(dict(sorted(self.refusals.items())))


def delete(rows: models.QuerySet[Any], says: Callable[[int], str]) -> int:
    """Delete the rows; raises `Refused` that says what of the upper apps stands in the way.

    `says` gives the sentence for so many things, with a gap for them: "This site still holds {things}. …".
    """
    try:
        return rows.delete()[0]
    except ProtectedError as stopped:
        held = list(stopped.protected_objects)
        sentence = says(len(held)).replace("{things}", _counted(held))
        raise Refused(sentence, code="in_the_way") from stopped


def _counted(rows: Iterable[models.Model]) -> str:
    """ "2 devices, 1 grant" of the rows."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        names = (_(str(row._meta.verbose_name)), _(str(row._meta.verbose_name_plural)))
        counts[names] = counts.get(names, 0) + 1
    separator = str(pgettext("between things", ", "))
    return separator.join(f"{count} {one if count == 1 else many}" for (one, many), count in counts.items())


def differing(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of the values that are not yet so."""
    after = {name: value for name, value in values.items() if getattr(row, name) != value}
    return {name: getattr(row, name) for name in after}, after


def known_names(given: Iterable[str], known: Sequence[str]) -> None:
    """Raises `TypeError` for a field a service does not change: a mistake of the caller, not of a person."""
    strange = sorted(set(given) - set(known))
    if strange:
        raise TypeError(f"not changed here: {', '.join(strange)}")
