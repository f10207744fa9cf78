"""A character that one database refuses is refused on both, with a message."""

import pytest


@pytest.mark.django_db
def test_a_query_with_a_nul_is_refused_and_says_so(client):
    answer = client.get("/api/publication/search?q=%00")
    assert answer.status_code == 422
    assert "NUL" in answer.json()["detail"]
