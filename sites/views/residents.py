"""People of a site."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from accounts.queries.factors import has_own
from sites import panels, queries, services
from sites.crumbs import site_crumbs
from sites.filters import ResidentFilter
from sites.forms import ResidentForm
from sites.leases import Lease, lease_line, lease_of
from sites.models import Residency, Site
from sites.services.welcome import NOBODY
from smartplus.kernel.pages import (
    ActionPage,
    Bulk,
    Column,
    DetailPage,
    Empty,
    FormPage,
    Link,
    ListPage,
    Within,
)
from smartplus.kernel.tables import show
from smartplus.kernel.words import _, ngettext, pgettext

from .common import (
    in_community,
    in_office,
    may_remove_people,
    not_in_office,
    resettable,
    sendable,
    to_activate,
    unregistered,
)


def several(site: Site) -> str:
    """What the people of this site are called."""
    return _("People") if site.kind == Site.Kind.OFFICE else _("Residents")


def resident_crumbs(site: Site, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """The way up from a page of a person."""
    return site_crumbs(site, (several(site), reverse("sites:residents", args=[site.pk])), *further)


def _lease_text(row: Residency) -> str:
    """The lease in a sheet."""
    return str(lease_line(row))


def _may_move(page: Any, row: Any = None) -> bool:
    """Whether there are other apartments for somebody who has not moved out."""
    return in_community(page) and _may_move_out(page, row)


def _may_move_out(page: Any, row: Any = None) -> bool:
    """Whether somebody has not moved out yet."""
    return bool(row is not None and lease_of(row) != Lease.ENDED)


class ResidentList(ListPage):
    """Everybody of a site."""

    model = Residency
    needs = Can.RESIDENTS_VIEW
    within = {"site": Within(Site, "site")}
    related = ("site",)
    columns = (
        Column("full_name", _("Name"), sort="sort_name", kind="who"),
        Column("place_label", _("APT"), sort="place_key", kind="where"),
        Column("kind", _("Account type"), drop=1),
        Column("email", _("Email"), drop=2),
        Column("phone_number", _("Mobile"), drop=3),
        Column(
            "lease", _("Lease"), value=lease_line, cell="sites/cells/lease.html", export=_lease_text, drop=3
        ),
        Column("account_state", _("Account"), cell="sites/cells/account_state.html"),
        Column("app_state", _("App"), cell="sites/cells/app_state.html", drop=1),
        Column("sip", "SIP", kind="code", drop=2),
        Column("unique_id", "ID", shown=False),
        Column("language", _("Language"), value=lambda row: queries.language_name(row.language), shown=False),
        Column("remark", _("Remark"), shown=False),
        Column("created_at", _("Created"), shown=False, cell="parts/cells/when.html"),
    )
    order = ("sort_name",)
    search = ("search_text",)
    search_hint = _("Name, email, mobile, SIP, APT")
    filter_class = ResidentFilter
    row_link = "sites:resident"
    row_actions = (
        Link("sites:resident", _("Open"), icon="arrow-right"),
        Link("sites:resident_edit", _("Edit"), icon="pencil"),
        Link("sites:resident_activate", _("Activate…"), icon="circle-check", when=to_activate),
        Link("sites:resident_send", _("Reset password…"), icon="send", when=sendable),
        Link("sites:resident_reset", _("Reset…"), icon="rotate-ccw", when=resettable),
        Link("sites:resident_remove", _("Delete…"), icon="trash-2", kind="danger", when=may_remove_people),
    )
    bulk = (
        Bulk("activate", _("Activate…"), "sites:residents_activate", "circle-check"),
        Bulk("codes", _("Refresh QR codes…"), "sites:residents_codes", "qr-code"),
        Bulk("remove", _("Delete…"), "sites:residents_remove", "trash-2", "danger", when=may_remove_people),
    )
    actions = (
        *panels.RESIDENT_ACTIONS,
        Link("sites:resident_add", _("Add resident"), icon="user-plus", kind="primary", when=not_in_office),
        Link("sites:resident_add", _("Add person"), icon="user-plus", kind="primary", when=in_office),
    )
    empty = Empty(
        _("Nobody here yet"),
        _("Whoever is added gets a login by email and opens the doors of the building."),
        Link("sites:resident_add", _("Add the first"), icon="user-plus"),
    )  # fmt: skip

    @property
    def several(self) -> str:
        """What several of them are called."""
        return _("people") if in_office(self) else _("residents")

    def title(self) -> str:
        """What they are called here."""
        return several(self.site)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class ResidentDetail(DetailPage):
    """A person: account, how to be reached, and what other apps know."""

    model = Residency
    needs = Can.RESIDENTS_VIEW
    within = {"site": Within(Site, "site")}
    template = "sites/resident_detail.html"
    related = ("building", "unit", "site")
    actions = (
        Link("sites:resident_code", _("Registration QR code…"), icon="qr-code", when=unregistered),
        Link("sites:resident_activate", _("Activate…"), icon="circle-check", when=to_activate),
        Link("sites:resident_move", _("Move…"), icon="arrow-right-left", when=_may_move),
        Link("sites:resident_move_out", _("Move out…"), icon="log-out", when=_may_move_out),
        *panels.RESIDENT_LINKS,
        Link("sites:resident_send", _("Reset password…"), icon="send", when=sendable),
        Link(
            "sites:resident_factors", _("Remove app and passkeys…"), icon="shield-alert",
            when=lambda page, row: has_own(row.user_id),
        ),
        Link("sites:resident_data", _("Data export"), icon="download"),
        Link("sites:resident_reset", _("Reset…"), icon="rotate-ccw", when=resettable),
        Link("sites:resident_edit", _("Edit"), icon="pencil", kind="primary"),
        Link("sites:resident_remove", _("Delete…"), icon="trash-2", kind="danger", when=may_remove_people),
        *panels.RESIDENT_ENDS,
    )  # fmt: skip

    def title(self) -> str:
        """The name."""
        return self.row.full_name

    def lead(self) -> str:
        """Place and role."""
        return " · ".join(filter(None, (self.row.place_label, str(self.row.get_kind_display()))))

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)

    def context(self) -> dict[str, Any]:
        """Facts in words and the rest of the family."""
        row = self.row
        return {
            "facts": [
                (_("SIP and user name"), row.sip),
                *([("ID", row.unique_id)] if row.unique_id else []),
                (_("Email"), show(row.email)),
                (_("Mobile"), show(row.phone_number)),
                (_("Lease"), str(lease_line(row))),
                (_("Language"), queries.language_name(row.language)),
                *self._calls(row),
                (_("Remark"), show(row.remark)),
                (_("Created"), show(row.created_at)),
            ],
            "people": [one for one in queries.family_of(row.unit) if one.pk != row.pk],
            "frames": panels.RESIDENT_PANELS,
        }

    def _calls(self, row: Residency) -> list[tuple[str, Any]]:
        """How somebody of an office is called; in an apartment the apartment says it."""
        if self.site.kind != Site.Kind.OFFICE:
            return []
        rings = row.get_call_type_display() if row.intercom else _("Only indoor monitors and guard phones")
        return [(_("Call type"), rings), (_("Landline"), show(row.phone))]


class ResidentAdd(FormPage):
    """A new person: the account first, then what opens."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    template = "sites/resident_form.html"
    form_class = ResidentForm
    again = _("Save and add another")

    def title(self) -> str:
        """What somebody is called here."""
        return _("New person") if in_office(self) else _("New resident")

    @property
    def submit(self) -> str:
        """What is saved."""
        return _("Save person") if in_office(self) else _("Save resident")

    @property
    def next_label(self) -> str:
        """The button that goes on to the second step, "" where there is none for this reader."""
        return _("Next: access") if panels.RESIDENT_NEXT and self.scope.can(Can.CREDENTIALS_EDIT) else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """Account, then access, where there is a second step."""
        return (_("Account"), pgettext("a step", "Access")) if self.next_label else ()

    def lead(self) -> str:
        """What comes of it."""
        return _("Account first, then what opens.") if self.next_label else ""

    def initial(self) -> dict[str, Any]:
        """The apartment it was asked for in, with the account type that is still free."""
        return queries.place_to_start(self.site, self.request.GET)

    def success(self, row: Residency) -> str:
        """On to the second step when that was asked for."""
        if self.next_label and self.request.POST.get("next") == "access":
            return reverse(panels.RESIDENT_NEXT, args=[self.site.pk, row.pk])
        return row.get_absolute_url()

    def done(self, row: Residency) -> str:
        """Who was added, and where the login details went."""
        if row.account_state == Residency.AccountState.INACTIVATED:
            return _("Added {name}. The account waits to be activated: the free ones are in use.").format(
                name=row
            )
        address = services.recipient_of(row)
        if address:
            return _("Added {name}. Login details go to {email}.").format(name=row, email=address)
        return _("Added {name}.").format(name=row)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)


class ResidentEdit(FormPage):
    """Change a person's account."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    form_class = ResidentForm
    related = ("building", "unit", "site", "user")

    def title(self) -> str:
        """Whom."""
        return _("Edit {name}").format(name=self.row)

    def lead(self) -> str:
        """What a new address does."""
        return _("A new email, or a new mobile without one, gets the login details.")

    def initial(self) -> dict[str, Any]:
        """As it is now."""
        names = (
            "first_name", "last_name", "email", "language", "country_code", "mobile", "remark", "kind",
            "unique_id", "intercom", "call_type", "phone", "valid_from", "valid_until",
        )  # fmt: skip
        return {"building": self.row.building_id, **{name: getattr(self.row, name) for name in names}}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))


class ResidentRemove(ActionPage):
    """Delete people, with a family master the whole family."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    noun = (_("person"), _("people"))
    label = _("Delete")
    title = _("Delete {0}?")
    tone = "danger"
    keep = _("Keep")
    many = True
    fresh_for_many = True

    def allowed(self) -> bool:
        """Where the installer lets managers delete accounts."""
        return may_remove_people(self)

    def lead(self) -> str:
        """How it differs from a reset, which is not for family members."""
        if not any(resettable(self, row) for row in self.picked):
            return ""
        return _("To hand the account to the next person, reset it instead: it stays and begins anew.")

    def explain(self, row: Residency) -> list[str]:
        """What goes."""
        return self.explain_many([row])

    def explain_many(self, rows: list[Residency]) -> list[str]:
        """What goes."""
        members = queries.family_that_follows(rows)
        gone = [_("The login, every PIN and card: no door opens any more")]
        if members:
            follow = ngettext(
                "{n} family member, because the family master goes",
                "{n} family members, because the family master goes",
                members,
            )
            gone.append(follow.format(n=f"{members:,}"))
        return gone

    def act(self, row: Residency) -> None:
        """One."""
        self.act_many([row])

    def act_many(self, rows: list[Residency]) -> None:
        """All of them in one go."""
        ids = [row.pk for row in rows]
        services.remove_residents(scope=self.scope, site=self.site, residency_ids=ids)

    def success(self, rows: list[Any]) -> str:
        """Back to the list."""
        return reverse("sites:residents", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)


class ResidentSend(ActionPage):
    """Reset the password: new login details, with a new link to set one."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    related = ("user", "site")
    label = _("Reset password")
    title = _("Reset the password of {0}?")

    def lead(self) -> str:
        """Where they go."""
        address = services.recipient_of(self.row)
        if not address:
            return NOBODY
        if "@" not in address:
            return _(
                "User name and a new link to set a password go to {number} by text message. "
                "A password set before stops working at once."
            ).format(number=address)
        return _(
            "User name, a new link to set a password and a QR code go to {email}. "
            "A password set before stops working at once."
        ).format(email=address)

    def act(self, row: Residency) -> None:
        """Send them."""
        services.send_login_details(scope=self.scope, person=row)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))
