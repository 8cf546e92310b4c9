"""One person's data as a ZIP: a JSON file for each chapter, and `index.json` that says what each is.

Written row by row into a temporary file, so a long door log costs no memory. Who took whose data stands
in the trail.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from accounts.models import User
from sites.chapters import About, told
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

VERB = "resident.data"
RELATED = ("site", "unit", "building")


@dataclass(frozen=True)
class Export:
    """The file, to be read from its beginning, and of whom it is."""

    file: IO[bytes]
    who: str


def export_own(*, scope: Scope) -> Export:
    """Everything that is kept of the reader, at every home. Raises `Refused` to who acts for somebody."""
    user = User.objects.filter(pk=scope.user_id).first()
    if user is None or scope.acting:
        raise Refused(_("Only the person takes the own data along."), code="acting")
    homes = Residency.objects.filter(user=user).select_related(*RELATED).order_by("pk")
    about = About(user.pk, tuple(homes), whole=True)
    with transaction.atomic():
        for home in about.homes:
            _write_down(scope, home)
        if not about.homes:
            audit.record(scope, VERB, user)
    return Export(_pack(about), str(user))


def export_of(*, scope: Scope, site: Site, person: Residency) -> Export:
    """What this site keeps of a resident, and nothing another site or the login knows. Raises `Refused`."""
    rows = Residency.objects.visible_to(scope).filter(site=site, pk=person.pk)
    found = rows.select_related(*RELATED).first()
    if found is None or scope.acting:
        raise Refused(_("This person is not there any more."), code="gone")
    with transaction.atomic():
        _write_down(scope, found)
    return Export(_pack(About(found.user_id, (found,), whole=False)), str(found))


def _write_down(scope: Scope, home: Residency) -> None:
    """The company behind the site sees it, whoever took it."""
    audit.record(scope, VERB, home, site_id=home.site_id, organisation_id=home.site.organisation_id)


def _pack(about: About) -> IO[bytes]:
    made = TemporaryFile()  # noqa: SIM115 - who sends it closes it
    try:
        with ZipFile(made, "w", ZIP_DEFLATED) as archive:
            files = []
            for chapter in told(whole=about.whole):
                name = f"{chapter.name}.json"
                rows = _write(archive, name, chapter.rows(about))
                files.append({"file": name, "tells": chapter.tells, "rows": rows})
            index = {"made_at": now(), "sites": [home.site.name for home in about.homes], "files": files}
            _write(archive, "index.json", [index])
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def _write(archive: ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """A list of rows, one a line; answers how many."""
    count = 0
    with archive.open(name, "w", force_zip64=True) as out:
        out.write(b"[")
        for row in rows:
            text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
            out.write(b"\n" if not count else b",\n")
            out.write(text.encode())
            count += 1
        out.write(b"\n]\n")
    return count
