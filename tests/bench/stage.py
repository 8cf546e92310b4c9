"""The running product, and this process as one of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from smartplus.run.places import free_port
from smartplus.run.product import Choice
from smartplus.run.stack import Stack

BARE = "tests.bench.bare"
ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def running(
    *, without: frozenset[str] = frozenset(), env: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """The product on an empty folder, with Mosquitto; Django is set up here as in its own programs."""
    folder = Path(tempfile.mkdtemp(prefix="smartplus-bench-"))
    folder.chmod(0o755)
    choice = Choice(
        port=0,
        broker="mosquitto",
        broker_port=free_port(),
        seed=False,
        without=without,
        env={"LOG_LEVEL": "WARNING"},
        around={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
    )
    try:
        with Stack(folder / "var", choice) as stack:
            os.environ.update(stack.env)
            django.setup()
            yield stack
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bare(name: str, stack: Stack, *words: object) -> Any:
    """Run a bare program to its end; what it printed, read as JSON."""
    return finish(begin(name, stack, *words))


def begin(name: str, stack: Stack, *words: object) -> "subprocess.Popen[str]":
    """Start a bare program; the first line it prints says that it is ready.

    It is told where the broker and the database are.
    """
    env = {key: stack.env[key] for key in ("PATH", "MQTT_URL", "DATABASE_URL") if key in stack.env}
    command = [sys.executable, "-m", f"{BARE}.{name}", *map(str, words)]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    if process.stdout.readline().strip() != "ready":
        raise AssertionError(f"the bare program {name} did not begin")
    return process


def finish(process: "subprocess.Popen[str]") -> Any:
    """Wait for its end; its figures."""
    out, _ = process.communicate(timeout=600)
    if process.returncode:
        raise AssertionError(f"a bare program failed: {process.args}")
    return json.loads(out)


def measure(stage: str, benches: Mapping[str, Callable[[], Any]], words: list[str]) -> None:
    """Run the benches named on the command line and write what they found to the file named first."""
    out, names = Path(words[0]), words[1:]
    found = {}
    for name in names:
        print(f"{stage}: {name} ...", flush=True)
        found[name] = benches[name]()
        print(f"  {found[name]}", flush=True)
        out.write_text(json.dumps(found))
