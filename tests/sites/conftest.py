"""Fixtures of this app's tests. Models are imported by name: this file is read before Django is set up."""

from importlib import import_module
from typing import Any

import pytest

from tests.ground import ground


@pytest.fixture
def world(db: None) -> Any:
    """An installer with a community (a flat in North House), an office (department Sales) and people."""
    return ground("sites.world", import_module("tests.sites.makers").installer_with_sites)


@pytest.fixture
def stranger(world: Any) -> Any:
    """The reach of the installer next door."""
    return ground("sites.stranger", lambda: import_module("tests.sites.makers").neighbour_of(world))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every event of this app, in order. The listeners of the apps above stay silent meanwhile."""
    told: list[object] = []
    events = import_module("sites.events")
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type)]
    kernel = import_module("smartplus.kernel.events")
    monkeypatch.setattr(kernel, "_handlers", {kind: [told.append] for kind in kinds})
    return told
