"""Finds prose in the source that no catalogue can know, since it stands outside of the marks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

WORD = re.compile(r"[A-Za-z]{2,}")
# Names, units and terms that are the same in all languages.
ALLOWED = frozenset({
    "SmartPlus", "PIN", "MAC", "IP", "QR", "RF", "ID", "PDF", "CSV", "XLSX", "ZIP", "SIP", "URL", "HTTP",
    "MQTT", "AutoP", "px", "KB", "MB", "UTC", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ",
})  # fmt: skip


@dataclass(frozen=True, order=True)
class Found:
    """Prose outside of the marks."""

    line: int
    text: str


def is_prose(text: str) -> bool:
    """Whether there is a word to translate."""
    return any(word not in ALLOWED for word in WORD.findall(text))


# --- Templates ------------------------------------------------------------------------------------

MARKED = re.compile(
    r"{% *comment.*?{% *endcomment *%}|{#.*?#}|{% *blocktrans(?:late)?\b.*?{% *endblocktrans(?:late)? *%}",
    re.S,
)
TAG = re.compile(r"{%-? *(\w+)(.*?)%}|{{(.*?)}}", re.S)
LOOKED_UP = re.compile(r"""_\(\s*(?:"[^"]*"|'[^']*')\s*\)""")
ARGUMENT = re.compile(r"""(?:(\w+)=)?(?:"([^"]*)"|'([^']*)')""")
SENTENCE = re.compile(r"[A-Z][a-z]{2,}|[A-Za-z]{2,} [a-z]{2,}")
SPEAKING_ARGUMENTS = {"label", "title", "note", "text", "help", "empty", "placeholder"}
SILENT_TAGS = {"translate", "trans", "url", "if", "elif", "load", "extends", "static", "block"}
SPOKEN = {"title", "aria-label", "aria-description", "placeholder", "alt"}
SILENT = {"script", "style", "code", "pre", "svg", "kbd"}
VOID = {"input", "br", "img", "meta", "link", "hr", "source", "wbr", "col"}


class _Texts(HTMLParser):
    """Text nodes and spoken attributes of a template without its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._quiet: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._quiet:
            self._attributes(attrs)
        silent = self._quiet or tag in SILENT or "data-raw" in dict(attrs)
        if silent and tag not in VOID:
            self._quiet.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._quiet:
            self._attributes(attrs)

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        spoken = [value or "" for name, value in attrs if name in SPOKEN]
        self.found += [Found(line, " ".join(value.split())) for value in spoken]

    def handle_endtag(self, tag: str) -> None:
        if self._quiet and self._quiet[-1] == tag:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            first = self.getpos()[0]
            self.found += [Found(first + row, text.strip()) for row, text in enumerate(data.split("\n"))]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _arguments(source: str) -> Iterator[Found]:
    """Plain texts handed to tags and filters."""
    for tag in TAG.finditer(source):
        if tag[1] in SILENT_TAGS:
            continue
        inner = LOOKED_UP.sub(_blank, tag[2] or tag[3] or "")
        for name, double, single in ARGUMENT.findall(inner):
            text = double or single
            if (name in SPEAKING_ARGUMENTS and "/" not in text) or SENTENCE.search(text):
                yield Found(source.count("\n", 0, tag.start()) + 1, text)


def in_template(source: str) -> list[Found]:
    """What a template says outside of the marks."""
    source = MARKED.sub(_blank, source)
    texts = _Texts()
    texts.feed(TAG.sub(_blank, source))
    texts.close()
    return sorted(found for found in {*texts.found, *_arguments(source)} if is_prose(found.text))


# --- Python ---------------------------------------------------------------------------------------

SPEAKING = {
    "label", "title", "lead", "help", "help_text", "placeholder", "search_hint", "submit", "keep", "again",
    "empty_label", "verbose_name", "verbose_name_plural",
}  # fmt: skip
SPEAKING_CLASS = SPEAKING | {"noun"}
SPEAKING_METHODS = SPEAKING | {"done", "explain"}
POSITIONS = {
    "Refused": (0,), "ValidationError": (0,), "Item": (0,), "Group": (0,), "Empty": (0, 1), "Column": (1,),
    "Link": (1,), "View": (1,), "add_error": (1,),
}  # fmt: skip
"""Which positional arguments are said to people."""


def _texts(node: ast.AST | None) -> Iterator[Found]:
    """The plain texts and f-strings an expression is made of; what stands in a call is another matter."""
    match node:
        case ast.Constant(value=str(text)):
            yield Found(node.lineno, text)
        case ast.JoinedStr(values=parts):
            plain = (part.value if isinstance(part, ast.Constant) else "{…}" for part in parts)
            yield Found(node.lineno, "".join(map(str, plain)))
        case ast.Call(func=ast.Attribute(value=inner)):  # "…".format(…)
            yield from _texts(inner)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from (*_texts(one), *_texts(other))
        case ast.BoolOp(values=parts) | ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from _texts(part)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _called(call: ast.Call) -> Iterator[Found]:
    for position in POSITIONS.get(_name(call.func), ()):
        yield from _texts(call.args[position] if len(call.args) > position else None)
    for keyword in call.keywords:
        if keyword.arg in SPEAKING:
            yield from _texts(keyword.value)


def _declared(declared: ast.ClassDef) -> Iterator[Found]:
    bases = [_name(base) for base in declared.bases]
    choices = any(base.endswith("Choices") for base in bases)
    for line in declared.body if "AppConfig" not in bases else ():
        if not isinstance(line, ast.Assign | ast.AnnAssign):
            continue
        names = [_name(name) for name in (line.targets if isinstance(line, ast.Assign) else [line.target])]
        if SPEAKING_CLASS.intersection(names):
            yield from _texts(line.value)
        elif choices and isinstance(line.value, ast.Tuple):
            yield from _texts(line.value.elts[-1])


def _returned(function: ast.FunctionDef) -> Iterator[Found]:
    for node in ast.walk(function) if function.name in SPEAKING_METHODS else ():
        if isinstance(node, ast.Return):
            yield from _texts(node.value)


def in_python(source: str) -> list[Found]:
    """What a module says to people outside of the marks."""
    found: set[Found] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found.update(_called(node))
        elif isinstance(node, ast.ClassDef):
            found.update(_declared(node))
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found.update(each for method in methods for each in _returned(method))
    return sorted(each for each in found if is_prose(each.text))


def told(path: Path, base: Path, found: list[Found]) -> list[str]:
    """Findings of a file, one a line."""
    return [f"{path.relative_to(base)}:{each.line}: {each.text}" for each in found]
