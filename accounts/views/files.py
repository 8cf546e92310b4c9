"""How files are given out: by scoped pages only, and so that a browser can run nothing that is in them."""

from typing import Any

from django.http import FileResponse, Http404

from ..uploads import TYPES, ending_of

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def give_out(file: Any, name: str, *, shown: bool = False) -> FileResponse:
    """A stored file under the name its owner gave it; `shown` within a page instead of saved.

    Raises 404 where there is none.
    """
    try:
        stream = file.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    kind = TYPES.get(ending_of(file.name), "application/octet-stream")
    return FileResponse(stream, as_attachment=not shown, filename=name, content_type=kind, headers=HEADERS)
