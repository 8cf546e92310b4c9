"""The shell round a page, without a menu."""

from typing import Any


def empty_shell(request: Any) -> dict[str, Any]:
    """What the roof would say, were there one."""
    return {
        "navigation": [],
        "place": None,
        "search_url": "",
        "bell_url": "",
        "bell_count": 0,
        "emergency_url": "",
    }
