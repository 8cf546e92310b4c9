"""Icons: one declared set of the lucide package, served as one sprite that browsers keep.

A page only points at the sprite (`<use href="/icons-<digest>.svg#door-closed">`), so a list of a
hundred rows stays small and a fragment that arrives later finds its icons as well. The address
carries a digest of the contents: a changed set is a new address, the old one may be kept for ever.
"""

import hashlib
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from zipfile import ZipFile

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, get_urlconf, reverse
from django.views.decorators.http import require_safe

# fmt: off
NAMES = frozenset((
    "activity", "archive", "arrow-down", "arrow-down-to-line", "arrow-left", "arrow-right",
    "arrow-right-left", "arrow-up", "ban", "bell", "bell-off", "building", "building-2", "calendar",
    "calendar-clock", "calendar-days", "camera", "car", "check", "chevron-down", "chevron-left",
    "chevron-right", "chevrons-up-down", "circle-alert", "circle-arrow-up", "circle-check", "circle-minus",
    "circle-question-mark", "circle-slash", "circle-user", "circle-x", "clipboard-list", "clock",
    "clock-alert", "coins", "columns-3", "copy", "cpu", "credit-card", "database", "dices",
    "door-closed", "door-open", "download", "ellipsis", "equal", "equal-not", "external-link",
    "eye", "eye-off", "file-down", "file-text", "fingerprint-pattern", "flask-conical", "folder",
    "globe", "grip", "headset", "history", "hourglass", "house", "id-card", "image", "image-up",
    "inbox", "info", "key-round", "key-square", "languages", "layers", "layout-dashboard",
    "library", "life-buoy", "link", "list", "list-filter", "loader", "loader-circle", "lock",
    "lock-open", "log-out", "mail", "map-pin", "menu", "message-square", "minus", "monitor", "moon",
    "network", "nfc", "octagon-alert", "package", "pause", "pencil", "phone", "play", "plug",
    "plus", "power", "power-off", "printer", "qr-code", "radio", "receipt-text", "refresh-cw", "repeat",
    "rotate-ccw",
    "router", "rows-3", "rows-4", "scan-face", "scroll-text", "search", "search-x", "send",
    "server", "settings", "sheet", "shield", "shield-alert", "shield-check", "shield-user", "siren",
    "sliders-horizontal", "smartphone", "square-terminal", "sun", "sun-moon", "tablet", "tag",
    "thermometer", "ticket", "timer-off", "trash-2", "triangle-alert", "truck", "undo-2", "unlink",
    "unplug", "upload", "user-plus", "user-round", "user-round-cog", "users", "users-round",
    "video", "wallet", "wifi", "wifi-off", "wrench", "x", "zap",
))
# fmt: on
SVG = "{http://www.w3.org/2000/svg}"


def _symbol(name: str, source: bytes) -> str:
    """One icon of the package as a <symbol> whose id is its name."""
    drawing = ElementTree.fromstring(source)
    symbol = ElementTree.Element("symbol", id=name, viewBox=drawing.get("viewBox", "0 0 24 24"))
    for shape in drawing:
        ElementTree.SubElement(symbol, shape.tag.removeprefix(SVG), shape.attrib)
    return ElementTree.tostring(symbol, encoding="unicode")


@cache
def sprite() -> str:
    """All declared icons in one SVG document. Raises `KeyError` when the package lacks one of them."""
    with files("lucide").joinpath("lucide.zip").open("rb") as stream, ZipFile(stream) as package:
        symbols = [_symbol(name, package.read(f"{name}.svg")) for name in sorted(NAMES)]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


@cache
def digest() -> str:
    """What tells one sprite from another, 12 hexadecimal digits."""
    return hashlib.sha256(sprite().encode()).hexdigest()[:12]


@cache
def _address(_prefix: str, _urlconf: str | None) -> str:
    return reverse("icons", args=[digest()])


def icon_url(name: str) -> str:
    """The address of one icon within the sprite. Raises `ImproperlyConfigured` for an undeclared one."""
    if name not in NAMES:
        raise ImproperlyConfigured(f"Icon {name!r} is not declared in smartplus/kernel/icons.py")
    return f"{_address(get_script_prefix(), get_urlconf())}#{name}"


@login_not_required
@require_safe
def icons(request: HttpRequest, version: str) -> HttpResponse:
    """The sprite, to be kept for a year under its own digest; under an older one just for now."""
    kept = "public, max-age=31536000, immutable" if version == digest() else "no-cache"
    return HttpResponse(sprite(), content_type="image/svg+xml", headers={"Cache-Control": kept})
