"""Notices: the operator's desk, and the bell and the centre of those who read them."""

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse

from smartplus.kernel.pages import (
    ActionPage,
    Column,
    DetailPage,
    Empty,
    FormPage,
    Link,
    ListPage,
    PanelPage,
    View,
)
from smartplus.kernel.words import _, ngettext, pgettext

from ..filters import NoticeFilter
from ..forms.notices import NoticeForm
from ..models import Notice, Role
from ..permissions import Can
from ..queries import notices as queries
from ..services import notices

Kind, State = Notice.Kind, Notice.State
CENTRE = _("Notification Center")
TABS = (
    View("system", _("System Notification"), q=Q(kind=Kind.SYSTEM)),
    View("expansion", _("Expansion Unit Update"), q=Q(kind=Kind.EXPANSION)),
)
READ_ALL = Link("accounts:notifications_read", _("Mark all as read"), icon="check")


def for_whom(notice: Notice) -> str:
    """The roles of a notice or a document in words."""
    return ", ".join(str(Role(role).label) for role in notice.roles)


# --- Readers --------------------------------------------------------------------------------------


class NotificationCentre(ListPage):
    """What the platform tells the reader, the unread marked."""

    model = Notice
    needs = Can.NOTICES_READ
    title = CENTRE
    noun = (_("notification"), _("notifications"))
    columns = (
        Column("title", _("Notification"), cell="accounts/cells/notification.html", kind="who"),
        Column("unread", _("State"), cell="accounts/cells/unread.html"),
        Column("published_at", _("Published"), cell="parts/cells/when.html"),
    )
    order = ("-published_at",)
    search = ("title", "text")
    search_hint = _("Words of a notification")
    row_link = "accounts:notification"
    actions = (READ_ALL,)
    export = False
    empty = Empty(_("No notifications"), _("What the platform has to tell you appears here."))

    @property
    def views(self) -> tuple[View, ...]:  # type: ignore[override]
        """Tabs for installers; everybody else gets system notifications only."""
        return TABS if self.scope.role in queries.INSTALLERS else ()

    def refine(self, rows: Any) -> Any:
        """With what is unread."""
        return queries.with_unread(rows, self.scope)


class Notification(DetailPage):
    """One notification. Opening it marks it as read."""

    model = Notice
    needs = Can.NOTICES_READ
    template = "accounts/notification.html"
    width = "read"

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the centre."""
        return [(CENTRE, reverse("accounts:notifications"))]

    def context(self) -> dict[str, Any]:
        """Read from now on."""
        notices.mark_read(scope=self.scope, notice=self.row)
        return {}


class ReadAll(ActionPage):
    """All that was published so far counts as read."""

    needs = Can.NOTICES_READ
    label = _("Mark all as read")
    confirm = False

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the centre."""
        return [(CENTRE, reverse("accounts:notifications"))]

    def act(self, row: Any) -> None:
        notices.mark_all_read(scope=self.scope)

    def done(self, rows: list[Any]) -> str:
        return _("All marked as read")


class Bell(PanelPage):
    """The bell in the top bar: asks once a minute, and an unchanged number costs one query."""

    needs = Can.NOTICES_READ
    title = CENTRE
    fragment = "parts/shell/bell.html"
    template = "accounts/panels/bell.html"
    poll = 0

    @cached_property
    def unread(self) -> int:
        """How many are unread."""
        return queries.unread_count(self.scope)

    def version(self) -> str:
        return f"{self.unread} unread"

    def context(self) -> dict[str, Any]:
        return {"bell_url": reverse("accounts:notifications"), "bell_count": self.unread}


# --- The operator -----------------------------------------------------------------------------------


def _is_draft(page: Any, row: Notice) -> bool:
    return row.state == State.DRAFT


def _is_published(page: Any, row: Notice) -> bool:
    return row.state == State.PUBLISHED


ADD = Link("accounts:notice_add", _("Write notice"), icon="plus", kind="primary")
EDIT = Link("accounts:notice_edit", _("Edit"), icon="pencil", when=_is_draft)
PUBLISH = Link("accounts:notice_publish", _("Publish…"), icon="send", when=_is_draft)
WITHDRAW = Link("accounts:notice_withdraw", _("Withdraw…"), icon="undo-2", when=_is_published)
DELETE = Link("accounts:notice_delete", _("Delete…"), icon="trash-2", kind="danger", when=_is_draft)


class NoticePage:
    """Below the list."""

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(_("Notices"), reverse("accounts:notices"))]


class NoticeList(ListPage):
    """All notices, drafts and withdrawn ones as well."""

    model = Notice
    needs = Can.NOTICES_EDIT
    title = _("Notices")
    columns = (
        Column("title", _("Title"), sort=True, kind="who"),
        Column("kind", _("Kind")),
        Column("roles", pgettext("readers", "For"), value=for_whom, drop=3),
        Column("by_email", _("Email"), drop=1),
        Column("state", _("State"), cell="accounts/cells/notice_state.html"),
        Column("published_at", cell="parts/cells/when.html", sort=True, drop=3),
        Column("created_at", cell="parts/cells/when.html", sort=True, shown=False),
    )
    order = ("-created_at",)
    search = ("title", "text")
    search_hint = _("Title, text")
    filter_class = NoticeFilter
    views = (
        View("all", _("All")),
        View("drafts", _("Drafts"), q=Q(state=State.DRAFT)),
        View("published", _("Published"), q=Q(state=State.PUBLISHED)),
        View("withdrawn", _("Withdrawn"), q=Q(state=State.WITHDRAWN)),
    )
    row_link = "accounts:notice"
    row_actions = (EDIT, PUBLISH, WITHDRAW, DELETE)
    actions = (ADD,)
    empty = Empty(_("No notices yet"), _("Write one for the roles it concerns, then publish it."), ADD)


class NoticeDetail(NoticePage, DetailPage):
    """One notice as it is or will be read."""

    model = Notice
    needs = Can.NOTICES_EDIT
    template = "accounts/notice.html"
    facts = (
        Column("state", _("State"), cell="accounts/cells/notice_state.html"),
        Column("kind", _("Kind")),
        Column("roles", pgettext("readers", "For"), value=for_whom),
        "by_email",
        Column("created_at", cell="parts/cells/when.html"),
        Column("published_at", cell="parts/cells/when.html"),
        Column("withdrawn_at", cell="parts/cells/when.html"),
    )
    actions = (EDIT, PUBLISH, WITHDRAW, DELETE)


class NoticeEdit(NoticePage, FormPage):
    """Write a notice, or change a draft."""

    model = Notice
    needs = Can.NOTICES_EDIT
    form_class = NoticeForm
    submit = _("Save draft")

    def allowed(self) -> bool:
        """A published one is withdrawn, never changed."""
        return self.row is None or self.row.state == State.DRAFT


class NoticePublish(NoticePage, ActionPage):
    """Show it to its roles."""

    model = Notice
    needs = Can.NOTICES_EDIT
    label = _("Publish notice")
    title = _("Publish {0}?")

    def explain(self, row: Notice) -> list[str]:
        """Who will see it, and that it stays as it is."""
        said = [
            _("Shown to: {readers}.").format(readers=for_whom(row)),
            _("It cannot be changed afterwards, only withdrawn."),
        ]
        if row.by_email:
            count = queries.written_to(row).count()
            people = ngettext("{n} person also gets an email.", "{n} people also get an email.", count)
            said.append(people.format(n=f"{count:,}"))
        return said

    def act(self, row: Notice) -> None:
        notices.publish_notice(scope=self.scope, notice=row)


class NoticeWithdraw(NoticePage, ActionPage):
    """Show it to nobody any more."""

    model = Notice
    needs = Can.NOTICES_EDIT
    label = _("Withdraw notice")
    title = _("Withdraw {0}?")

    def explain(self, row: Notice) -> list[str]:
        """What stays sent."""
        gone = [_("Nobody finds it in the notification center any more.")]
        return [*gone, _("Emails that were sent already stay sent.")] if row.by_email else gone

    def act(self, row: Notice) -> None:
        notices.withdraw_notice(scope=self.scope, notice=row)


class NoticeDelete(NoticePage, ActionPage):
    """Delete a draft."""

    model = Notice
    needs = Can.NOTICES_EDIT
    label = _("Delete draft")
    title = _("Delete {0}?")
    tone = "danger"

    def act(self, row: Notice) -> None:
        notices.delete_draft(scope=self.scope, notice=row)
