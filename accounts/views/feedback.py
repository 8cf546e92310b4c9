"""Feedback: written by people to their provider, read and seen to by the provider's people."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from smartplus.kernel.pages import ActionPage, Bulk, Column, DetailPage, Empty, FormPage, Link, ListPage, View
from smartplus.kernel.words import _, pgettext

from ..filters import FeedbackFilter
from ..forms.notices import FeedbackForm
from ..models import Feedback
from ..permissions import Can
from ..queries import support as queries
from ..services import support
from .files import give_out

State = Feedback.State
RECEIVED = _("Feedback received")


def _is_new(page: Any, row: Feedback) -> bool:
    return row.state == State.NEW


ANSWERED = Link("accounts:feedback_answered", _("Mark as answered"), icon="check", when=_is_new)


class FeedbackGive(FormPage):
    """Write to the company that looks after the reader."""

    needs = Can.FEEDBACK_GIVE
    title = _("Feedback")
    template = "accounts/feedback_form.html"
    form_class = FeedbackForm
    submit = _("Send feedback")
    aside = "accounts/feedback_aside.html"
    actions = (Link("accounts:support", _("Support & Service"), icon="life-buoy"),)

    def context(self) -> dict[str, Any]:
        """Whom to call, and what was written lately."""
        return {
            "contacts": [one.contact for one in queries.providers_of(self.scope)],
            "sent": queries.own_feedback(self.scope),
        }

    def done(self, row: Any) -> str:
        return _("Sent. Thank you")

    def success(self, row: Any) -> str:
        return reverse("accounts:feedback")


class FeedbackList(ListPage):
    """What was written to the reader's company."""

    model = Feedback
    needs = Can.FEEDBACK_ANSWER
    title = RECEIVED
    noun = (_("feedback"), _("feedback"))
    columns = (
        Column("subject", _("Subject"), sort=True, kind="who"),
        Column("sender", pgettext("a sender", "From"), sort=True),
        Column("sender_role", _("Role"), drop=3),
        Column("reply_to", _("Email"), drop=2),
        Column("state", _("State"), cell="accounts/cells/feedback_state.html"),
        Column("created_at", cell="parts/cells/when.html", sort=True),
        Column("answered_by", _("Answered by"), shown=False),
    )
    order = ("-created_at",)
    search = ("subject", "text", "sender", "reply_to")
    search_hint = _("Subject, text, person")
    filter_class = FeedbackFilter
    views = (
        View("all", _("All")),
        View("new", pgettext("feedback", "New"), q=Q(state=State.NEW)),
        View("answered", _("Answered"), q=Q(state=State.ANSWERED)),
    )
    row_link = "accounts:feedback_row"
    row_actions = (ANSWERED,)
    bulk = (Bulk("answered", _("Mark as answered"), "accounts:feedback_answered_many", icon="check"),)
    empty = Empty(
        _("No feedback yet"),
        _("It comes here once your customer service settings say that you receive feedback."),
    )


class Below:
    """Below the list."""

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the list."""
        return [(RECEIVED, reverse("accounts:feedback_received"))]


class FeedbackDetail(Below, DetailPage):
    """What somebody wrote."""

    model = Feedback
    needs = Can.FEEDBACK_ANSWER
    template = "accounts/feedback.html"
    width = "read"
    actions = (ANSWERED,)
    facts = (
        Column("state", _("State"), cell="accounts/cells/feedback_state.html"),
        "sender",
        "sender_role",
        Column("reply_to", _("Email"), cell="accounts/cells/email.html"),
        Column("created_at", cell="parts/cells/when.html"),
        Column("answered_at", cell="parts/cells/when.html"),
        Column("answered_by", _("Answered by")),
    )


class Picture(DetailPage):
    """The picture that came with it."""

    model = Feedback
    needs = Can.FEEDBACK_ANSWER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return give_out(self.row.picture, "picture.jpg", shown=True)


class FeedbackAnswered(Below, ActionPage):
    """Somebody has seen to it."""

    model = Feedback
    needs = Can.FEEDBACK_ANSWER
    label = _("Mark as answered")
    noun = (_("feedback"), _("feedback"))
    many = True
    confirm = False

    def act(self, row: Feedback) -> None:
        support.mark_answered(scope=self.scope, feedback=[row])

    def act_many(self, rows: list[Any]) -> None:
        support.mark_answered(scope=self.scope, feedback=rows)
