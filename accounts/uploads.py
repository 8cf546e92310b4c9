"""Files that people bring: looked at by their contents, never believed by their name.

A picture is drawn anew, so nothing but its dots is kept: no place it was taken at, nothing hidden behind it.
"""

import logging
import re
import unicodedata
import warnings
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4
from weakref import finalize
from zipfile import BadZipFile, ZipFile

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
DOCUMENT_MOST = 50 * MEGABYTE
PICTURE_MOST = 10 * MEGABYTE
PIXELS_MOST = 50_000_000
"""What a good phone takes. A picture tells its size in its first bytes, before any dot is drawn."""
SIDE = 2000
PICTURE_KINDS = ("JPEG", "PNG", "WEBP")
OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
DOCUMENT_KINDS = ("pdf", *OFFICE)
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "jpg": "image/jpeg",
}


@dataclass(frozen=True)
class Checked:
    """A file fit to be kept: under `path`, a name of ours; `name` is what its owner called it."""

    path: str
    name: str
    content: File  # type: ignore[type-arg]
    size: int


class _Kept:
    """Stands for one saved file in the list of what a transaction does after its commit.

    Django knows no "after the rollback": it only throws that list away, the part of an inner
    transaction as well as all of it. With the list goes this, and with this the file.
    """

    def __init__(self, path: str) -> None:
        self._undo = finalize(self, _remove, path)

    def __call__(self) -> None:
        """The row that speaks of the file is committed."""
        self._undo.detach()


def keep(checked: Checked) -> str:
    """Save a file, within the transaction of the row that will speak of it; its path.

    If the transaction is rolled back, the file is deleted again.
    """
    path: str = default_storage.save(checked.path, checked.content)
    transaction.on_commit(_Kept(path))
    return path


def forget(path: str) -> None:
    """Delete a file once nothing speaks of it any more: after the commit."""
    transaction.on_commit(lambda: _remove(path))


def _remove(path: str) -> None:
    """A file that cannot be deleted costs room, and nothing else."""
    try:
        default_storage.delete(path)
    except OSError as error:
        log.warning("uploads: %s could not be deleted: %s", path, error)


def ending_of(name: str) -> str:
    """What follows the last dot of a name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def tidy_name(name: str) -> str:
    """The last step of a path that a browser sent, without signs that lead astray, at most 120 long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = re.sub(r'[<>:"|?*]', "_", clean).rpartition(".")
    return f"{stem[: 119 - len(ending)]}{dot}{ending}"[:120] or "file"


def check_document(file: File) -> Checked:  # type: ignore[type-arg]
    """A document to download. Raises `Refused` for what is too large or is not what its name says."""
    name = tidy_name(file.name or "")
    ending, size = ending_of(name), file.size or 0
    if size > DOCUMENT_MOST:
        raise Refused(
            _("At most {n} MB.").format(n=DOCUMENT_MOST // MEGABYTE), field="file", code="too-large"
        )
    if ending not in DOCUMENT_KINDS or not _is_document(file, ending):
        kinds = ", ".join(kind.upper() for kind in DOCUMENT_KINDS)
        raise Refused(
            _("Only {kinds} files without macros.").format(kinds=kinds), field="file", code="wrong-type"
        )
    file.seek(0)
    return Checked(f"support/{uuid4().hex}.{ending}", name, file, size)


def _is_document(file: File, ending: str) -> bool:  # type: ignore[type-arg]
    file.seek(0)
    if ending == "pdf":
        return file.read(5) == b"%PDF-"
    if file.read(4) != b"PK\x03\x04":
        return False
    try:
        with ZipFile(file) as package:  # type: ignore[arg-type]
            names = package.namelist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    whole = "[Content_Types].xml" in names and any(one.startswith(OFFICE[ending]) for one in names)
    return whole and not any("vbaproject" in one.lower() for one in names)


def check_picture(file: File) -> Checked:  # type: ignore[type-arg]
    """A picture, drawn anew as JPEG with at most SIDE dots a side. Raises `Refused` for anything else."""
    if (file.size or 0) > PICTURE_MOST:
        raise Refused(
            _("At most {n} MB.").format(n=PICTURE_MOST // MEGABYTE), field="picture", code="too-large"
        )
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            drawn = _draw(file)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        drawn = b""
    except (OSError, ValueError, SyntaxError, EOFError):  # cut off, or broken on purpose
        drawn = b""
    if not drawn:
        raise Refused(_("Only JPEG, PNG and WebP pictures."), field="picture", code="wrong-type")
    return Checked(f"feedback/{uuid4().hex}.jpg", "picture.jpg", ContentFile(drawn), len(drawn))


def _draw(file: File) -> bytes:  # type: ignore[type-arg]
    with Image.open(file, formats=PICTURE_KINDS) as picture:  # type: ignore[arg-type]
        if picture.width * picture.height > PIXELS_MOST:
            return b""
        picture.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((SIDE, SIDE))
        shown = Image.new("RGB", upright.size, "white")
        has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        flat = upright.convert("RGBA") if has_alpha else upright.convert("RGB")
        shown.paste(flat, mask=flat.getchannel("A") if has_alpha else None)
    held = BytesIO()
    shown.save(held, "JPEG", quality=85)
    return held.getvalue()
