"""Registration QR codes as files: a PNG for each person, and a sheet that says which is whose."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.services.letters import qr_code
from smartplus.kernel.look.times import clock, whole_day
from smartplus.kernel.sheets.writer import Sheet, file_name, write
from smartplus.kernel.words import _

from .models import Site
from .services.codes import Code

MASK = 3
LONGEST = 100
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""What Windows takes for a printer, whatever its ending."""


def picture(code: Code, *, among_many: bool = False) -> bytes:
    """The code as PNG."""
    return qr_code(code.link, mask=MASK if among_many else None)


def embedded(code: Code, *, among_many: bool = False) -> str:
    """The code as an address that holds the picture itself: no file with a secret lies anywhere."""
    return f"data:image/png;base64,{b64encode(picture(code, among_many=among_many)).decode()}"


def until_words(site: Site, code: Code) -> str:
    """The end of a code in the time zone and clock of its site."""
    here = timezone.localtime(code.until, ZoneInfo(site.time_zone))
    return _("{day}, {clock}").format(day=whole_day(here), clock=clock(here, site.hours_24))


def safe_name(text: str) -> str:
    """`text` as the name of a file on any system: no separators, nothing unseen, not too long."""
    seen = "".join(
        " " if unicodedata.category(letter)[0] in "CZ" or letter in '\\/:*?"<>|' else letter
        for letter in unicodedata.normalize("NFC", str(text))
    )
    name = " ".join(seen.split()).strip(" .")
    while len(name.encode()) > LONGEST * 2 or len(name) > LONGEST:
        name = name[:-1].strip(" .")
    return f"_{name}" if RESERVED.fullmatch(name.partition(".")[0]) else name or "_"


def names_of(codes: Sequence[Code]) -> list[str]:
    """A name for the picture of each: "North House 1204 Anna Berg.png"; none of them twice in any case."""
    taken: set[str] = set()
    names = []
    for code in codes:
        stem = safe_name(f"{code.person.place_label} {code.person.full_name}")
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{stem} {number}", number + 1
        taken.add(name.casefold())
        names.append(f"{name}.png")
    return names


def archive(site: Site, codes: Sequence[Code]) -> bytes:
    """A ZIP of a PNG a person and the sheet of who has which."""
    names = names_of(codes)
    held = BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as package:
        package.writestr(file_name(_("Registration QR codes")), _index(site, codes, names))
        for code, name in zip(codes, names, strict=True):
            package.writestr(name, picture(code, among_many=True))
    return held.getvalue()


def _index(site: Site, codes: Sequence[Code], names: Sequence[str]) -> bytes:
    rows = [
        (code.person.place_label, code.person.full_name, code.person.sip, until_words(site, code), name)
        for code, name in zip(codes, names, strict=True)
    ]
    labels = (_("Apartment"), _("Name"), _("User name"), _("Valid until"), _("File"))
    held = BytesIO()
    write(held, [Sheet(str(_("Registration QR codes")), [str(label) for label in labels], rows)])
    return held.getvalue()
