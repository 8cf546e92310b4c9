"""Translations, compiled without GNU gettext: reads `.po` files, writes the `.mo` files that Python reads.

`manage.py compilecatalogues` does it for all languages; a test keeps both in step.
"""

import ast
import struct
from dataclasses import dataclass, field
from pathlib import Path

LOCALES = Path(__file__).resolve().parent / "locale"
MAGIC = 0x950412DE
CONTEXT = "\x04"


@dataclass
class Message:
    """One entry of a catalogue; `texts` by plural number (0 when it has none)."""

    context: str | None = None
    id: str = ""
    plural: str | None = None
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    def key(self) -> str:
        """How a `.mo` file names it."""
        name = self.id if self.plural is None else f"{self.id}\0{self.plural}"
        return name if self.context is None else f"{self.context}{CONTEXT}{name}"

    def text(self) -> str:
        """The translation, plural forms one after the other."""
        return "\0".join(self.texts[number] for number in sorted(self.texts))


def read(path: Path) -> list[Message]:
    """The messages of a `.po` file, its head (empty id) included. Raises `ValueError` naming a wrong line."""
    messages: list[Message] = []
    fuzzy, part = False, ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            fuzzy = fuzzy or line.startswith("#,") and "fuzzy" in line
            continue
        word, _, quoted = ("", "", line) if line.startswith('"') else line.partition(" ")
        if word in ("msgctxt", "msgid") and part not in ("", "msgctxt"):
            part = ""
        if word in ("msgctxt", "msgid") and not part:
            messages.append(Message(fuzzy=fuzzy))
            fuzzy = False
        part = word or part
        if not messages or not quoted.startswith('"'):
            raise ValueError(f"{path.name}, line {number}: {line}")
        _add(messages[-1], part, ast.literal_eval(quoted))
    return messages


def _add(message: Message, part: str, text: str) -> None:
    """Append a quoted piece to that part of a message."""
    if part == "msgctxt":
        message.context = (message.context or "") + text
    elif part == "msgid":
        message.id += text
    elif part == "msgid_plural":
        message.plural = (message.plural or "") + text
    else:
        number = int(part[7:-1]) if part.startswith("msgstr[") else 0
        message.texts[number] = message.texts.get(number, "") + text


def compiled(messages: list[Message]) -> bytes:
    """The `.mo` file: a table of ids, a table of texts, then both, zero after each; without fuzzy ones."""
    kept = sorted((m.key().encode(), m.text().encode()) for m in messages if m.text() and not m.fuzzy)
    start = 28 + 16 * len(kept)
    tables: list[int] = []
    body = b""
    for column in (0, 1):
        for pair in kept:
            tables += [len(pair[column]), start + len(body)]
            body += pair[column] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(kept), 28, 28 + 8 * len(kept), 0, 28 + 16 * len(kept))
    return head + struct.pack(f"<{len(tables)}I", *tables) + body


def sources() -> list[Path]:
    """All `.po` files."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))


def compile_all() -> list[Path]:
    """Write the `.mo` beside each `.po`; answers which were written."""
    written = []
    for source in sources():
        target = source.with_suffix(".mo")
        target.write_bytes(compiled(read(source)))
        written.append(target)
    return written
