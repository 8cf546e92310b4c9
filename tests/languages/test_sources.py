"""Nothing is written for people outside of the marks, also where no test looks at the page."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .sources import Found, in_python, in_template, told

BASE = Path(settings.BASE_DIR)
PLACES = (
    "accounts", "sites", "devices", "access", "provisioning", "logs", "smartplus/kernel",
    "smartplus/navigation.py",
)  # fmt: skip
# What nobody reads in a browser, and what a device shows on its own screen.
LEFT_OUT = {"migrations", "management", "simulator", "demo"}
ENGLISH_TEMPLATES = {"emails", "styleguide"}


def templates() -> Iterator[Path]:
    folder = BASE / "templates"
    for path in sorted(folder.rglob("*.html")):
        if path.relative_to(folder).parts[0] not in ENGLISH_TEMPLATES:
            yield path


def modules() -> Iterator[Path]:
    for place in PLACES:
        whole = BASE / place
        for path in sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]:
            if not LEFT_OUT.intersection(path.relative_to(BASE).parts[:-1]):
                yield path


def test_templates_say_nothing_outside_of_the_marks() -> None:
    found = [line for path in templates() for line in told(path, BASE, in_template(path.read_text("utf-8")))]
    assert not found, "\n".join(["", *found])


def test_modules_say_nothing_outside_of_the_marks() -> None:
    found = [line for path in modules() for line in told(path, BASE, in_python(path.read_text("utf-8")))]
    assert not found, "\n".join(["", *found])


MARKED_TEMPLATE = """{% load i18n %}{# A comment #}
<p title="{% translate "Name" %}">{% blocktranslate trimmed %}
  Long {{ text }}{% endblocktranslate %} {{ x|default:_("Nothing") }} PIN <code>Config.X</code>
  <bdi data-raw>Door open</bdi>{% icon "arrow-up" size="s" label=_("sent") %}
  {% if x == "Open" %}–{% endif %}</p>
{% include "parts/some_table.html" with rows=rows only %}<input name="Field" value="Given">
"""

LEAKING_TEMPLATE = """<p title="A title">
  Some
  text {{ x|default:"Nothing" }}</p>
<img alt="Picture"/><input placeholder="Search {{ noun }}">{% icon "x" label="sent" %}
{% copy x "Copy it" %}
<button aria-label="{% if x %}On{% else %}{% translate "Off" %}{% endif %}">{{ x }}</button>
"""

MARKED_MODULE = """
class Page:
    title = _("Title")
    noun = (_("one"), _("many"))
    columns = (Column("name", _("Name"), cell="some/cell.html"), Link("a:b", pgettext("x", "Y"), icon="plus"))
    class Kind(models.TextChoices):
        A = "a", _("Label")
    def done(self):
        if not self.rows:
            raise Refused(ngettext("{n} row", "{n} rows", 1).format(n=1), code="no-rows")
        return f"{self.label}"
log.info("Not for people")
"""

LEAKING_MODULE = """
class Page:
    title = "Title"
    lead: str = f"Up to {n} rows"
    noun = ("door", "doors")
    columns = (Column("name", "Name"), Link("a:b", "Link", icon="plus"), Empty("Nothing", "Add one."))
    field = Field(help_text="Help" if x else _("Other"), label="Label " + x)
    class Kind(models.TextChoices):
        A = "a", "Choice"
    def done(self):
        raise forms.ValidationError({"field": ["Wrong"]})
        return "Done {0}".format(x)
raise Refused(f"{name} is refused", code="no")
"""


def test_the_finder_leaves_alone_what_is_marked() -> None:
    assert in_template(MARKED_TEMPLATE) == []
    assert in_python(MARKED_MODULE) == []


def test_the_finder_finds_prose_in_templates() -> None:
    assert in_template(LEAKING_TEMPLATE) == sorted([
        Found(1, "A title"), Found(2, "Some"), Found(3, "text"), Found(3, "Nothing"), Found(4, "Picture"),
        Found(4, "Search"), Found(4, "sent"), Found(5, "Copy it"),
        Found(6, "On"),
    ])  # fmt: skip


def test_the_finder_finds_prose_in_modules() -> None:
    assert in_python(LEAKING_MODULE) == sorted([
        Found(3, "Title"), Found(4, "Up to {…} rows"), Found(5, "door"), Found(5, "doors"), Found(6, "Name"),
        Found(6, "Link"), Found(6, "Nothing"), Found(6, "Add one."), Found(7, "Help"), Found(7, "Label "),
        Found(9, "Choice"), Found(11, "Wrong"), Found(12, "Done {0}"), Found(13, "{…} is refused"),
    ])  # fmt: skip
    assert told(Path("/a/b.py"), Path("/a"), [Found(3, "Title")]) == ["b.py:3: Title"]
