"""Who files, everywhere in these tests."""

from __future__ import annotations

import pytest

from hengjian.ground.people.models import Agency
from tests.factories_intake import clerk_of


@pytest.fixture
def bureau(settings, tmp_path) -> Agency:
    """A district bureau, with a folder of its own for the files it sends."""
    settings.MEDIA_ROOT = tmp_path
    return Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")


@pytest.fixture
def desk(client, bureau):
    """The browser of its clerk."""
    client.force_login(clerk_of(bureau).user)
    return client
