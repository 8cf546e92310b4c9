"""A saved file and the row that speaks of it: both stay, or neither."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Document, Role
from accounts.services import support

from .makers import Trade
from .test_support import FORM, PDF, upload

pytestmark = pytest.mark.django_db


class Burst(Exception):
    """Whatever undoes a transaction."""


def files(folder: str = "support") -> set[str]:
    return set(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else set()


def test_a_file_whose_row_was_never_committed_is_deleted_again(
    trade: Trade, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(burst: bool = False) -> None:
        with transaction.atomic():  # as the page of the form has one
            support.save_document(
                scope=scope, document=None, values={**FORM, "offered": True}, file=upload("a.pdf", PDF)
            )
            assert len(files() - before) == 1
            if burst:
                raise Burst

    before, scope = files(), trade.scope(Role.OPERATOR)
    with pytest.raises(Burst):
        save(burst=True)
    assert files() == before
    with monkeypatch.context() as broken, pytest.raises(Burst):  # within the service itself
        broken.setattr(support.audit, "record", Mock(side_effect=Burst))
        save()
    assert files() == before
    with django_capture_on_commit_callbacks(execute=True):
        save()
    kept = {Document.objects.get().file.name.rpartition("/")[2]}
    assert files() - before == kept
    with pytest.raises(Burst), transaction.atomic():  # what was committed before stays as it is
        support.delete_document(scope=scope, document=Document.objects.get())
        raise Burst
    assert files() - before == kept
