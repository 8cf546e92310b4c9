"""Pages of every kind over real tables, as an app would declare them."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q

from accounts.permissions import Can
from sites.models import Building, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.filters import ScopedFilterSet
from smartplus.kernel.forms import Group, ScopedForm, ScopedModelForm
from smartplus.kernel.imports import Fact, ImportColumn, Importer, Row, RowForm
from smartplus.kernel.pages import (
    ActionPage,
    Bulk,
    Column,
    DetailPage,
    Empty,
    FormPage,
    ImportPage,
    Link,
    ListPage,
    PanelPage,
    View,
    Within,
)
from smartplus.kernel.widgets import Choices, Code, Switch, Tiles


class UnitFilter(ScopedFilterSet):
    """By building and call type."""

    building = django_filters.ModelChoiceFilter(queryset=Building.objects.all())

    class Meta:
        model = Unit
        fields = ("building", "call_type")


class UnitList(ListPage):
    """Apartments, everywhere or of one site."""

    model = Unit
    needs = Can.UNITS_VIEW
    title = "Apartments"
    noun = ("apartment", "apartments")
    within = {"site": Within(Site, "site")}
    related = ("site", "building")
    columns = (
        Column("number", sort="sort_key", kind="code"),
        Column("building", "Building", sort="building__name"),
        Column("site.name", "Site", sort=True, drop=1),
        Column("call_type", drop=2),
        Column("phone_1", export=lambda row: f"+{row.phone_1}" if row.phone_1 else ""),
        Column("sip", kind="code", shown=False),
        Column("name", "Secret name", needs=Can.CREDENTIALS_VIEW),
    )
    order = ("sort_key",)
    search = ("number", "name", "building__name")
    search_hint = "Number, building"
    filter_class = UnitFilter
    views = (View("all", "All"), View("phone", "With phone", q=~Q(phone_1=""), tone="bad"))
    row_link = "sample:unit"
    row_actions = (
        Link("sample:unit_edit", "Edit"),
        Link("sample:site_unit_add", "New neighbour"),
        Link("sample:unit_remove", "Remove…", kind="danger"),
    )
    actions = (Link("sample:unit_add", "Add apartment", icon="plus", kind="primary"),)
    bulk = (
        Bulk("remove", "Remove…", "sample:units_remove", tone="danger"),
        Bulk("ring", "Ring", "sample:units_ring"),
    )
    empty = Empty("No apartments yet", "Add the first one.", Link("sample:unit_add", "Add apartment"))
    per_page = 4


class LiveUnits(ListPage):
    """A list that renews itself."""

    model = Unit
    needs = Can.UNITS_VIEW
    columns = (Column("number"),)
    order = ("-pk",)
    live = True
    counts = False
    row_link = ""


class UnitDetail(DetailPage):
    """One apartment."""

    model = Unit
    needs = Can.UNITS_VIEW
    related = ("building",)
    facts = ("number", "call_type", Column("building", "House"))
    panels = ("sample:unit_state", "sample:secret_panel")
    actions = (Link("sample:unit_edit", "Edit"), Link("sample:unit_remove", "Remove…"))


class UnitForm(ScopedModelForm):
    """An apartment: number, building, phone."""

    groups = (
        Group("Place", ("building", "number"), help="Where it is."),
        Group("Calls", ("phone_1",), closed=True),
    )
    buttons = {"number": (("next", "Next number", "plus"),)}
    refresh = ("building",)

    class Meta:
        model = Unit
        fields = ("building", "number", "phone_1", "name")
        widgets = {"phone_1": Code}

    def do_next(self, data: Any) -> None:
        """Fill in the next free number."""
        data["number"] = "999"

    def perform(self) -> Unit:
        """Save; the kernel's pages do not care how."""
        if self.cleaned_data["number"] == "13":
            raise Refused("There is no 13.", field="number")
        unit: Unit = self.save(commit=False)
        unit.site = unit.building.site
        if unit.name == "push out":
            unit.site = Site.objects.exclude(pk=unit.site.pk).get()
        unit.sip = unit.sip or f"8{Unit.objects.count():09d}"
        unit.save()
        return unit


class UnitEdit(FormPage):
    """Create or change an apartment."""

    model = Unit
    needs = Can.UNITS_EDIT
    within = {"site": Within(Site, "site")}
    form_class = UnitForm
    noun = ("apartment", "apartments")
    submit = "Save apartment"
    again = "Save and add another"
    cancel = "/k/units/"

    def success(self, row: Any) -> str:
        return self.up

    def crumbs(self) -> list[tuple[str, str]]:
        return [("Apartments", "/k/units/")]


class ReasonForm(ScopedForm):
    """Why."""

    reason = forms.CharField(required=False)
    days = forms.MultipleChoiceField(choices=[("1", "Mon"), ("2", "Tue")], widget=Tiles, required=False)
    loud = forms.BooleanField(widget=Switch, required=False)
    buildings = forms.ModelMultipleChoiceField(Building.objects.all(), widget=Choices, required=False)


class UnitRemove(ActionPage):
    """Remove apartments."""

    model = Unit
    noun = ("apartment", "apartments")
    needs = Can.UNITS_EDIT
    label = "Remove apartment"
    title = "Remove {0}?"
    tone = "danger"
    keep = "Keep it"
    many = True
    form_class = ReasonForm

    def explain(self, row: Any) -> list[str]:
        return [f"{row.number} and its people"]

    def explain_many(self, rows: list[Any]) -> list[str]:
        return [f"{len(rows)} families"]

    def act(self, row: Any) -> None:
        self.act_many([row])

    def act_many(self, rows: list[Any]) -> None:
        if self.form.cleaned_data["reason"] == "none":
            raise Refused("Say why.", field="reason")
        Unit.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def crumbs(self) -> list[tuple[str, str]]:
        return [("Apartments", "/k/units/")]


class UnitRing(ActionPage):
    """Ring at once, without a question."""

    model = Unit
    needs = Can.UNITS_EDIT
    label = "Ring"
    many = True
    confirm = False

    def act(self, row: Any) -> None:
        if row.number == "201":
            raise Refused("It is late.")
        Unit.objects.filter(pk=row.pk).update(name="rung")


class UnitState(PanelPage):
    """Something live about an apartment."""

    model = Unit
    needs = Can.UNITS_VIEW
    template = "sample/state.html"
    title = "State"

    def version(self) -> str:
        return f"{self.row.name}"


class SecretPanel(PanelPage):
    """A panel the installer may not see."""

    model = Unit
    needs = Can.CREDENTIALS_VIEW
    template = "sample/state.html"
    title = "Secrets"


class UnitRow(RowForm):
    """Checks of one row."""

    number = forms.CharField()
    phones = forms.CharField(required=False)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if number.startswith("9"):
            raise forms.ValidationError("Starts with 9.")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("building") and cleaned["building"] not in self.known["buildings"]:
            self.add_error("building", "No such building.")
        if (cleaned.get("building"), cleaned.get("number")) in self.known["units"]:
            self.warn("number", "Is here already.")
        return cleaned


class UnitImporter(Importer):
    """Apartments by template."""

    key = "tests.units"
    title = "Import apartments"
    noun = ("apartment", "apartments")
    needs = Can.UNITS_EDIT
    template_name = "apartments.xlsx"
    sheet_name = "Apartments"
    max_rows = 3000
    chunk_size = 10
    form_class = UnitRow
    columns = (
        ImportColumn("Building", "building", max_length=40, required=True, example="North House"),
        ImportColumn("Apt", "number", max_length=8, required=True, example="1204"),
        ImportColumn("PIN", "pin", secret=True),
        ImportColumn("Phones", "phones", separator=";", most=3),
        ImportColumn("Remark", "remark", optional=True),
    )
    before_apply: Any = None
    """A hook for tests that let the job die."""

    def prepare(self, scope: Any, context: Any) -> dict[str, Any]:
        site = Site.objects.visible_to(scope).filter(pk=context["site"]).first()
        if site is None:
            raise Refused("The site is gone.")
        units = Unit.objects.filter(site=site).values_list("building__name", "number")
        return {"site": site, "buildings": {b.name: b for b in site.buildings.all()}, "units": set(units)}

    def check_all(self, rows: list[Row], known: Any) -> None:
        self.no_doubles(rows, "pin", "This PIN")

    def facts(self, rows: list[Row], known: Any) -> list[Fact]:
        return [Fact("Already here", len(known["units"]), "kept as they are")]

    def apply(self, rows: list[Row], known: Any, scope: Any, context: Any) -> None:
        if type(self).before_apply is not None:
            type(self).before_apply(rows)
        wrong = [row for row in rows if row.cleaned["remark"] == "refuse"]
        if wrong:
            raise Refused("The service says no.", field="remark")
        start = Unit.objects.count()
        Unit.objects.bulk_create(
            Unit(
                site=known["site"],
                building=known["buildings"][row.cleaned["building"]],
                number=row.cleaned["number"],
                sip=f"6{start + index:09d}",
                phone_1=(row.cleaned["phones"] or [""])[0],
            )
            for index, row in enumerate(rows)
        )

    def export(self, scope: Any, context: Any) -> Any:
        for unit in Unit.objects.visible_to(scope).filter(site=context["site"]).select_related("building"):
            yield {"building": unit.building.name, "number": unit.number, "phones": [unit.phone_1]}


class UnitImport(ImportPage):
    """Apartments of a site by template."""

    importer = UnitImporter
    within = {"site": Within(Site, "")}
