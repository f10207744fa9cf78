"""A reader of English meets no Chinese in what the platform itself says: titles, navigation, headings, buttons, labels."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.core.cache import cache

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency, Officer, User
from hengjian.street.publication.models import Projection
from tests import factories_desk as desk
from tests import factories_draw as make

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[㐀-鿿]+")
SPOKEN = {"title", "nav", "h1", "h2", "h3", "button", "label", "legend", "th", "dt", "caption", "option", "summary"}
ATTRIBUTES = ("title", "placeholder", "aria-label", "alt")
CODE = make.code_of(1)
PUBLIC = ("/", f"/search/?q={CODE}", f"/entity/{CODE}/", "/about/", "/draw/", "/publication/", "/ledger/", "/publication/verify/", "/login/", "/nowhere/")
DESK = (
    "/desk/", "/desk/find/", "/desk/overview/", f"/desk/entities/{CODE}/", "/desk/register/", "/desk/ledger/", "/desk/intake/",
    "/desk/assessment/", "/desk/draw/", "/desk/inspection/all/", "/desk/publication/", "/desk/officers/", "/desk/audit/",
    "/desk/law/", "/desk/law/search/?section=terms", "/desk/law/gaps/", "/account/",
)  # fmt: skip


class Spoken(HTMLParser):
    """Chinese in the elements by which a page speaks, outside what is marked as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        marked = (given.get("lang") or "").startswith("zh")
        if tag not in {"meta", "link", "input", "img", "br", "hr", "use", "source", "col"}:
            self.open.append((tag, marked))
        if not marked:
            self.found += [f"{tag}@{name}: {given[name]}" for name in ATTRIBUTES if CHINESE.search(given.get(name) or "")]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        if CHINESE.search(data) and SPOKEN & set(tags) and not any(marked for _, marked in self.open):
            self.found.append(f"{tags[-1]}: {data.strip()}")


@pytest.fixture
def somebody(client) -> Officer:
    """A leader in a district with one published firm; `client` reads English."""
    cache.clear()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.frozen(desk.ON):
        firm = desk.firm(1)
        officer = desk.signed_in(client, "leader", scope="city")
        desk.penalty(firm, issuer=make.bureau())
        Projection.objects.get_or_create(pk=1, defaults={"version": "test", "as_of": desk.ON})
        desk.published()
    return officer


def spoken(client, address: str, *names: str) -> list[str]:
    """What the page says in Chinese besides names of firms, agencies and people."""
    with clock.frozen(desk.ON):
        page = client.get(address).content.decode()
    for name in sorted(names, key=len, reverse=True):
        page = page.replace(name, "")
    reader = Spoken()
    reader.feed(page)
    return reader.found


def names() -> list[str]:
    agencies = {name for agency in Agency.objects.all() for name in (agency.name,)}
    agencies |= {item.title for item in policy.current().catalogue("agencies").items.values()}
    return [*agencies, "天津演示1有限公司", "演示人员", "演示办事人", "津蓟市监罚〔2026〕1号", "衡鉴", "演示"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_speaks_english(client, somebody, address):
    client.logout()
    assert spoken(client, address, *names()) == []


@pytest.mark.parametrize("address", DESK)
def test_a_page_of_the_desk_speaks_english(client, somebody, address):
    assert spoken(client, address, *names()) == []


def test_the_counter_speaks_english(client, somebody):
    people.represent(username="firm", password="long-enough-word", name="演示办事人", uscc=CODE)
    client.force_login(User.objects.get(username="firm"))
    for address in ("/counter/", "/counter/assessment/"):
        assert spoken(client, address, *names()) == []
