"""A visitor sees which law is in force here, and nothing that needs a post."""

import pytest


@pytest.mark.django_db
def test_the_home_page_names_the_version_of_the_law(client, law):
    page = client.get("/")
    assert page.status_code == 200
    assert law.version in page.content.decode()


@pytest.mark.django_db
def test_a_page_that_needs_a_power_sends_a_stranger_to_sign_in(client):
    answer = client.get("/desk/people/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.django_db
def test_every_page_carries_the_strict_content_security_policy(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
