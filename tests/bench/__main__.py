"""`python -m tests.bench [name ...]`: measure, print a table, write var/bench.json.

Each stage runs in a process of its own, so that no stage competes with what another one left running.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.figures import line, versions

STAGES = {
    "field": ("push", "unlock", "ingest", "import"),
    "town": ("mark", "pages", "people"),
    "house": ("import_10k", "reimport"),
}
RESULTS = Path(__file__).resolve().parent.parent.parent / "var" / "bench.json"


def main(names: list[str]) -> int:
    """The exit code: 0 all goals met, 1 some missed, 2 not understood."""
    known = [name for members in STAGES.values() for name in members]
    if unknown := set(names) - set(known):
        print(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    found: dict[str, Any] = {}
    for stage, members in STAGES.items():
        wanted = [name for name in members if not names or name in names]
        if wanted:
            found |= _run(stage, wanted)
    _write(found)
    print()
    for name, figures in found.items():
        print(line(name, figures))
    return 0 if all(figures["met"] for figures in found.values()) else 1


def _run(stage: str, names: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="smartplus-bench-") as folder:
        out = Path(folder) / "out.json"
        subprocess.run([sys.executable, "-m", f"tests.bench.{stage}", str(out), *names], check=True)
        found: dict[str, Any] = json.loads(out.read_text())
    return found


def _write(found: dict[str, Any]) -> None:
    """What was measured now beside what was measured before; `versions` is no bench."""
    RESULTS.parent.mkdir(exist_ok=True)
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**before, **found, "versions": versions()}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
