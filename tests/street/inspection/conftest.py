import pytest

from hengjian.ground.warehouse import Mirror
from hengjian.street.assessment import frames
from tests import factories_inspection as make


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(frames, "mirror", lambda: Mirror(tmp_path / "warehouse"))


@pytest.fixture
def visits(db):
    return make.visits()


@pytest.fixture
def visit(visits):
    return visits[0]


@pytest.fixture
def leader(db):
    return make.officer("L-1", "leader")
