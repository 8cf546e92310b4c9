"""Fixtures of the kernel's tests. Models are imported by name: this file is read before Django is set up."""

from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def sides(db: None) -> Any:
    """Two installers that must not meet."""
    return import_module("tests.kernel.rows").two_sides()


@pytest.fixture
def alpha(sides: Any) -> Any:
    """The one we look from."""
    return sides[0]


@pytest.fixture
def bravo(sides: Any) -> Any:
    """The other one."""
    return sides[1]


@pytest.fixture(autouse=True)
def sample_templates(settings: Any) -> None:
    """The templates of the sample pages beside those of the product; no menu, which belongs to the roof."""
    engine = deepcopy(settings.TEMPLATES[0])
    engine["DIRS"].append(Path(__file__).parent / "templates")
    processors = engine["OPTIONS"]["context_processors"]
    floor = [one for one in processors if not one.startswith("smartplus.")]
    engine["OPTIONS"]["context_processors"] = [*floor, "tests.kernel.shell.empty_shell"]
    settings.TEMPLATES = [engine]


@pytest.fixture
def boss(alpha: Any, client: Any) -> Any:
    """A browser of ALPHA's installer."""
    client.force_login(alpha.boss)
    return client
