"""Who asks for repair and who decides it, everywhere in these tests."""

from __future__ import annotations

import pytest

from tests import factories_desk as desk
from tests import factories_repair as make


@pytest.fixture(autouse=True)
def here(settings, tmp_path):
    """Files that are sent along lie in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def by():
    """The two persons of the office that decides."""
    return make.office()


@pytest.fixture
def firm(by):
    return desk.firm()
