"""Public pages. Each asks the projection alone; the day is today, so nothing is shown one day too long."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.duties.filing import sources
from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import requires
from hengjian.ground.ui.templatetags.ui import qr_file
from hengjian.street.assessment import telling
from hengjian.street.draw import queries as draws
from hengjian.street.ledger import queries as ledger
from hengjian.street.publication import printing, queries
from hengjian.street.publication.caching import cached_by_projection
from hengjian.street.publication.models import PublicEntity
from hengjian.street.register.telling import KINDS

from . import dictionary, past, showing

CLASSES = ("green", "yellow", "red", "black")
COUNTED = (
    ("penalty", gettext_lazy("条行政处罚"), "gavel", ""), ("inspection", gettext_lazy("条抽查检查结果"), "clipboard-check", ""),
    ("abnormal-list", gettext_lazy("户经营异常"), "alert-triangle", "warn"),
    ("serious-list", gettext_lazy("户严重违法失信"), "ban", "bad"),
)  # fmt: skip
HEADS = {
    "roots": [gettext_lazy("日期"), gettext_lazy("根摘要（SM3）")],
    "kinds": [gettext_lazy("种类"), gettext_lazy("公示字段"), gettext_lazy("公示到什么时候"), gettext_lazy("依据")],
}
PAST = {
    "changes": [gettext_lazy("变更日期"), gettext_lazy("变更事项"), gettext_lazy("变更前"), gettext_lazy("变更后")],
    "branches": [gettext_lazy("名称"), gettext_lazy("统一社会信用代码"), gettext_lazy("设立日期")],
    "classes": [gettext_lazy("起"), gettext_lazy("止"), gettext_lazy("信用类别"), gettext_lazy("理由与依据")],
}  # fmt: skip


@requires("public")
@cached_by_projection
def home(request: HttpRequest) -> HttpResponse:
    """Search first; then how much is public, what is new, which draws were held."""
    on, totals = clock.today(), queries.totals()
    kinds, entities = queries.notice_totals(on), sum(totals.values())
    context = {
        "entities": entities, "classes": [_share(code, totals.get(code, 0), entities) for code in (*CLASSES, "") if code or totals.get("")],
        "counts": [
            {"n": kinds.get(kind, 0), "title": title, "icon": icon, "tone": tone, "href": reverse("publication_public:notice_list", args=[kind])}
            for kind, title, icon, tone in COUNTED
        ],
        "latest": printing.records(notice for kind, *_words in COUNTED for notice in queries.latest_notices(on, kind)[:3]), "draws": draws.public_draws()[:4],
        "as_of": queries.data_as_of(), "law_version": policy.current().version,
    }  # fmt: skip
    return render(request, "portal/home.html", context)


def _share(code: str, n: int, of: int) -> dict[str, Any]:
    return {"code": code, "n": n, "title": showing.class_title(code), "share": f"{100 * n / of:.2f}%" if of else "—"}


@requires("public")
@cached_by_projection
def search(request: HttpRequest) -> HttpResponse:
    """Entities by name, former name or code, narrowed by district, class and kind."""
    q = request.GET.get("q", "").strip()[:60]
    chosen = {name: request.GET.get(name, "")[:20] for name in ("district", "class", "kind")}
    after = request.GET.get("after", "")[:20]
    found = queries.search(q, chosen, clock.today(), after)
    page = Paginator(found.keys, found.size).get_page(request.GET.get("page"))
    context = {
        "q": q, "found": found, "after": after, "page": page, "hits": [_hit(entity, q) for entity in found.page(page.number)],
        "asked": bool(q or any(chosen.values())), "filters": _filters(chosen), "as_of": queries.data_as_of(),
    }  # fmt: skip
    return render(request, "portal/search.html", context)


def _hit(entity: PublicEntity, q: str) -> dict[str, Any]:
    kind = policy.current().catalogue("entity-types").items.get(entity.entity_type)
    return {
        "entity": entity, "status": showing.status(entity), "former": entity.former_names,
        "type": telling.named(kind) if kind else KINDS.get(entity.kind, ""),
    }  # fmt: skip


def _filters(chosen: dict[str, str]) -> list[dict[str, Any]]:
    districts = policy.current().catalogue("districts").items
    options = {
        "district": (_("所在区"), [(code, telling.named(item)) for code, item in districts.items()]),
        "class": (_("信用风险分类"), [(code, showing.class_title(code)) for code in CLASSES]),
        "kind": (_("主体种类"), list(KINDS.items())),
    }
    return [{"name": name, "title": title, "options": listed, "value": chosen[name]} for name, (title, listed) in options.items()]


@requires("public")
@cached_by_projection
def entity(request: HttpRequest, uscc: str) -> HttpResponse:
    """One entity as the public sees it today."""
    on = clock.today()
    found = queries.public_entity(uscc, on)
    if found is None:
        raise NotFound(_("公示系统中没有这个主体"), uscc=uscc[:18])
    notices = queries.page_of(found.uscc, on)
    shown, here = printing.records(notices), request.GET.get("tab", "")
    tabs = showing.tabs(shown, here)
    context = {
        "entity": found, "status": showing.status(found), "basics": showing.basics(found), "tabs": [tab.link for tab in tabs], "here": here,
        "open": [tab for tab in tabs if here in (tab.kind, "all")], "total": len(shown), "latest": shown[:6],
        "warnings": showing.warnings(shown), "why": showing.why(found, notices, on),
        "classes": past.classes(found, notices, on), "changes": past.changes(found), "branches": past.branches(found, on), "past": PAST,
        "as_of": queries.data_as_of(), "unsure": showing.unsure(sources.states(on), here),
    }  # fmt: skip
    return render(request, "portal/entity.html", context)


@requires("public")
@cached_by_projection
def qr(request: HttpRequest, uscc: str) -> HttpResponse:
    """The address of an entity's page as a QR code; a file of its own, so that pages need not wait for it."""
    found = queries.public_entity(uscc, clock.today())
    if found is None:
        raise NotFound(_("公示系统中没有这个主体"), uscc=uscc[:18])
    address = request.build_absolute_uri(reverse("portal:entity", args=[found.uscc]))
    return HttpResponse(qr_file(address), content_type="image/svg+xml")


@requires("public")
@cached_by_projection
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, by which law, and how anybody may check it."""
    law = policy.current()
    roots = [{"day": root.day, "hex": bytes(root.root).hex()} for root in ledger.roots()[:7]]
    context = {
        "heads": HEADS, "roots": roots, "dictionary": dictionary.kinds(law, clock.today()), "law_version": law.version,
        "as_of": queries.data_as_of(),
    }  # fmt: skip
    return render(request, "portal/about.html", context)
