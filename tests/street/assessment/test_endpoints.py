"""An officer may ask the API anything: no crash, no answer its description does not name."""

from __future__ import annotations

import json

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks

from hengjian.config.wsgi import application
from hengjian.doors.api.assembly import described
from tests.doors.api.test_contract import _one_connection  # noqa: F401
from tests.street.assessment.test_pages import officer
from tests.street.assessment.test_services import DAY, USCCS, bureau, firms, own_mirror, record, services  # noqa: F401

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(json.loads(described())).include(path_regex="/api/assessment/")
SCHEMA.config.update(base_url="http://localhost")
SCHEMA.app = application
WANTED = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "content_type_conformance",
                              "response_schema_conformance"])  # fmt: skip


@pytest.fixture
def session(firms, bureau) -> str:  # noqa: F811
    record(firms[0], bureau, "penalty", fine_fen=1)
    services.recompute_all(on=DAY)
    client = Client()
    client.force_login(officer("leader", bureau))
    return client.cookies["sessionid"].value


@pytest.mark.django_db
@SCHEMA.parametrize()
@settings(max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
def test_an_officer_gets_only_documented_answers(case, session):
    if "uscc" in case.path_parameters:
        case.path_parameters["uscc"] = USCCS[0]
    case.call_and_validate(checks=WANTED, cookies={"sessionid": session})
