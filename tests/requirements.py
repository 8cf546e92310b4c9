"""The pinned requirements name packages and hashes, and no place to get them from.

A program rather than a test, because `make check` runs it before anything of ours is imported.
"""

import re
import sys
from pathlib import Path

PLACE = re.compile(r"https?://|file:|git\+|(?:extra-)?index-url|find-links|trusted-host|@ ")
PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[^\]]+\])?==[^ ;]+( ; .+)? \\$")


def faults(file: Path) -> list[str]:
    """What is wrong with one requirements file, line by line."""
    found = []
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        if PLACE.search(line):
            found.append(f"{file.name}:{number}: names a place: {line.strip()}")
        if line and not line.startswith((" ", "#")) and not PINNED.match(line):
            found.append(f"{file.name}:{number}: not pinned with a hash: {line.strip()}")
    return found


def main() -> int:
    """Exit code 0 when all files are well."""
    files = sorted(Path(__file__).parent.parent.glob("requirements*.txt"))
    found = [fault for file in files for fault in faults(file)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
