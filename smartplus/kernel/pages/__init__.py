"""The six kinds of page the portal is made of. An app declares pages; it does not write views."""

from ..tables import Column, View
from .actions import ActionPage
from .base import Page, Within
from .details import DetailPage
from .forms import FormPage
from .fresh import prove
from .imports import ImportPage, import_urls
from .links import Bulk, Button, Empty, Link
from .lists import ListPage
from .panels import PanelPage

__all__ = [
    "ActionPage", "Bulk", "Button", "Column", "DetailPage", "Empty", "FormPage", "ImportPage", "Link",
    "ListPage", "Page", "PanelPage", "View", "Within", "import_urls", "prove",
]  # fmt: skip
