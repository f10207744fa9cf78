"""The API answers errors as problem documents, and its description in the repository is the one it serves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hengjian.doors.api.assembly import api, described

DESCRIPTION = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def test_the_description_in_the_repository_is_current():
    assert DESCRIPTION.read_text(encoding="utf-8") == described(), "run: hengjian openapi --write docs/openapi.json"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/no/such/place", 404, "not_found"),
        ("get", "/api/publication/entities/91120101MA05ABCD7X", 404, "not_found"),
        ("get", "/api/publication/search", 422, "invalid"),
        ("get", "/api/publication/notices?size=0", 422, "invalid"),
        ("post", "/api/publication/notices", 405, "wrong_method"),
    ],
)
def test_errors_are_problem_documents(client, method, address, status, code):
    answer = getattr(client, method)(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (answer.json()["title"], answer.json()["status"]) == (code, status)


def test_every_endpoint_names_its_power():
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                powers = [getattr(auth, "power", None) for auth in operation.auth_callbacks]
                assert powers, operation.view_func
                assert all(powers), operation.view_func


@pytest.mark.django_db
def test_every_described_answer_of_an_empty_city_is_served(client):
    assert client.get("/api/publication/search?q=津沽").json()["total"] == 0
    assert client.get("/api/publication/notices").json() == {"items": [], "next": None, "data_as_of": None}
    assert json.loads(client.get("/api/openapi.json").content)["info"]["title"]
