"""Whatever a stranger sends, the API answers as its description says: no crash, no undocumented answer."""

from __future__ import annotations

import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks

from hengjian.config.wsgi import application
from hengjian.doors.api.assembly import described

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(json.loads(described()))
SCHEMA.config.update(base_url="http://localhost")
SCHEMA.app = application
WANTED = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "content_type_conformance",
                              "response_schema_conformance"])  # fmt: skip


@pytest.mark.django_db
@SCHEMA.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case):
    case.call_and_validate(checks=WANTED)


@pytest.fixture(autouse=True)
def _one_connection():
    """As Django's own test client does: the end of a request does not close the test's connection."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
