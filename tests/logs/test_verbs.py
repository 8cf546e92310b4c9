"""Every verb that a service writes down has words in the operation log."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from devices.models import Command
from logs.verbs import AREAS, VERBS, in_words

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "sites", "devices", "access", "firmware", "billing", "logs", "provisioning", "smartplus")
VERB = re.compile(r"[a-z_]+\.[a-z_]+")
RECORDS = {"record", "record_many"}


def modules() -> Iterator[ast.Module]:
    """The modules that write to the trail."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            source = path.read_text()
            if "audit.record" in source and "migrations" not in path.parts and path.name != "audit.py":
                yield ast.parse(source)


def texts(node: ast.AST) -> Iterator[str]:
    """The texts in a piece of code that look like a verb."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and VERB.fullmatch(inner.value):
            yield inner.value


def verbs_of(module: ast.Module) -> Iterator[str]:
    """The verbs of a module: those named in the call, and those it may have been handed."""
    handed = False
    for node in ast.walk(module):
        if not (
            isinstance(node, ast.Call) and getattr(node.func, "attr", "") in RECORDS and len(node.args) > 1
        ):
            continue
        if getattr(getattr(node.func, "value", None), "id", "") != "audit":
            continue
        verb = node.args[1]
        handed = handed or isinstance(verb, ast.Name | ast.Subscript)
        yield from texts(verb)
        if isinstance(verb, ast.JoinedStr) and isinstance(verb.values[0], ast.Constant):
            yield f"{verb.values[0].value}*"
    if handed:
        yield from (text for text in texts(module) if text.partition(".")[0] in AREAS)


def used() -> set[str]:
    """Every verb of the code; one that ends in "*" is completed while it runs."""
    return {verb for module in modules() for verb in verbs_of(module)}


def test_every_verb_has_words() -> None:
    verbs = used()
    assert len(verbs) > 30, "the verbs are not found any more"
    missing = {verb for verb in verbs if verb.partition(".")[0] not in AREAS}
    missing |= {verb for verb in verbs if not verb.endswith("*") and verb not in VERBS}
    assert missing == set(), f"give them words in logs/verbs.py: {', '.join(sorted(missing))}"


def test_orders_and_lists_of_a_site_have_words() -> None:
    made_up = {f"device.{verb}" for verb in Command.Verb.values} | {"site.managers", "site.given_to"}
    assert made_up <= VERBS.keys()


def test_words_are_sentences() -> None:
    assert in_words("password.remove") == "Password removed"
    assert in_words("device.one_thing") == "Device one thing"
