"""Filing on the portal, phone first: what, what may solve it, which firm, who, receipt. Every step is kept as a draft."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground import policy
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import requires
from hengjian.ground.people.language import named, title_in
from hengjian.ground.procedure.attachments import BadFile
from hengjian.street.publication import queries as public
from hengjian.street.register.models import Entity

from . import challenge, drafts, filing, forms, odr, sending, tries
from .errors import FilingIncomplete

STEPS = ("what", "advice", "firm", "you", "check")
TITLES = {
    "what": gettext_lazy("发生了什么"), "advice": gettext_lazy("先看看"), "firm": gettext_lazy("是哪家"),
    "you": gettext_lazy("您是谁"), "check": gettext_lazy("核对提交"),
}  # fmt: skip
FOUND = 8  # firms offered to a name
CODE_LIVES = timedelta(minutes=10)
RECEIPT = "complaints.receipt"


@never_cache
@requires("public")
def start(request: HttpRequest) -> HttpResponse:
    """What a complaint is and what a report is; go on with a draft where there is one."""
    kept = drafts.find(request.COOKIES.get(drafts.COOKIE, ""))
    return render(request, "complaints/start.html", {"draft": kept, "next": _next(kept) if kept else "what"})


def _next(kept: drafts.Kept) -> str:
    return next((name for name in STEPS if name not in kept.told), "check")


@never_cache
@requires("public")
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One step of five."""
    if step not in STEPS:
        raise NotFound(_("没有这一步"))
    kept = drafts.find(request.COOKIES.get(drafts.COOKIE, "")) or drafts.start()
    before = next((name for name in STEPS[: STEPS.index(step)] if name not in kept.told), None)
    if before:
        return redirect("complaints_public:step", before)
    shown = {"what": _what, "advice": _advice, "firm": _firm, "you": _you, "check": _check}[step]
    answer = shown(request, kept)
    if kept.told:
        days = int(policy.current().at(clock.today()).number("complaints.retention.draft"))
        answer.set_cookie(
            drafts.COOKIE, kept.cookie, max_age=days * 86_400, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return answer


def _page(request: HttpRequest, kept: drafts.Kept, here: str, status: int = 200, **more: Any) -> HttpResponse:
    at = STEPS.index(here)
    steps = [{"title": TITLES[name], "state": "done" if n < at else "now" if n == at else ""} for n, name in enumerate(STEPS)]
    context = {"steps": steps, "title": TITLES[here], "back": STEPS[at - 1] if at else "", "told": kept.told, **more}
    return render(request, f"complaints/step_{here}.html", context, status=status)


def _kept(kept: drafts.Kept, here: str, data: dict[str, Any]) -> None:
    kept.told[here] = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items() if name != "papers"}
    drafts.save(kept, clock.now())


def _what(request: HttpRequest, kept: drafts.Kept) -> HttpResponse:
    on = clock.today()
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = dict(kept.told.get("what", {"kinds": request.GET.getlist("kind")}))
    if initial.get("amount_fen") is not None:
        initial["amount_fen"] = f"{initial['amount_fen'] / 100:.2f}"
    form = forms.WhatForm(*given, on=on, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            for one in form.cleaned_data["papers"]:
                drafts.keep_file(kept, one.name or "", one.read())
        except BadFile as wrong:
            form.add_error("papers", str(wrong))
        else:
            _kept(kept, "what", form.cleaned_data)
            return redirect("complaints_public:step", "what" if "more" in request.POST else "advice")
    return _page(request, kept, "what", 422 if form.errors else 200, form=form, files=kept.told.get("files", []))


@require_POST
@requires("public")
def remove_file(request: HttpRequest, at: int) -> HttpResponse:
    """Take a file out of the draft."""
    kept = drafts.find(request.COOKIES.get(drafts.COOKIE, ""))
    if kept and at < len(kept.told.get("files", [])):
        del kept.told["files"][at]
        drafts.save(kept, clock.now())
    return redirect("complaints_public:step", "what")


def _advice(request: HttpRequest, kept: drafts.Kept) -> HttpResponse:
    """Information that may solve it at once (信息墙)."""
    if request.method == "POST":
        _kept(kept, "advice", {"seen": True})
        return redirect("complaints_public:step", "firm")
    category = kept.told["what"]["category"]
    listed = policy.current().catalogue("complaint-advice").items
    items = [listed[code] for code in dict.fromkeys((category, "other")) if code in listed]
    return _page(request, kept, "advice", advice=[named(item) for item in items], category=title_in("complaint-categories", category))


def _firm(request: HttpRequest, kept: drafts.Kept) -> HttpResponse:
    initial = kept.told.get("firm", {})
    form = forms.FirmForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _kept(kept, "firm", form.cleaned_data)
        return redirect("complaints_public:step", "you")
    return _page(request, kept, "firm", 422 if form.errors else 200, form=form)


@never_cache
@requires("public")
def firms(request: HttpRequest) -> HttpResponse:
    """Firms with such a name, from what is public; a fragment for the form, a page without script."""
    q = request.GET.get("name", "").strip()[:60]
    found = public.search(q, {}, clock.today()).page(1)[:FOUND] if len(q) >= 2 else []
    return render(request, "complaints/_firms.html", {"found": found, "q": q})


def _you(request: HttpRequest, kept: drafts.Kept) -> HttpResponse:
    kinds = kept.told["what"]["kinds"]
    form = forms.YouForm(request.POST if request.method == "POST" else None, kinds=kinds, initial=kept.told.get("you", {}))
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        if phone != kept.told.get("you", {}).get("phone"):
            kept.told.pop("confirmed", None)
            kept.told.pop("code", None)
        _kept(kept, "you", form.cleaned_data)
        if phone and not kept.told.get("code"):
            _send_code(request, kept, phone)
        return redirect("complaints_public:step", "check")
    return _page(request, kept, "you", 422 if form.errors else 200, form=form, named=form.named)


def _send_code(request: HttpRequest, kept: drafts.Kept, phone: str) -> None:
    """A code to the telephone; where codes were asked for too often, the page says when the next one may be."""
    now, code = clock.now(), sending.new_code()
    asked = {"contact": phone, "address": request.META.get("REMOTE_ADDR", "")}
    try:
        tries.refuse("codes", now, **asked)
    except tries.TooOften as wait:
        messages.warning(request, str(wait))
        return
    tries.count("codes", now, **asked)
    kept.told["code"] = {"digest": hashlib.sha256(f"{kept.key}{code}".encode()).hexdigest(), "at": now.isoformat(), "tries": 0}
    if not sending.configured():
        kept.told["code"]["shown"] = code  # nothing leaves the house: the page says so and shows it
    drafts.save(kept, now)
    sending.ask(phone, code, now)


def _confirmed(kept: drafts.Kept, told: str, now: datetime) -> datetime | None:
    """When the contact was confirmed: by the code, while it lives and was not guessed at."""
    sent = kept.told.get("code")
    if not sent or not told:
        return None
    sent["tries"] += 1
    fresh = now - datetime.fromisoformat(sent["at"]) <= CODE_LIVES and sent["tries"] <= 5
    drafts.save(kept, now)
    return now if fresh and hashlib.sha256(f"{kept.key}{told.strip()}".encode()).hexdigest() == sent["digest"] else None


def _check(request: HttpRequest, kept: drafts.Kept) -> HttpResponse:
    on, at = clock.today(), clock.now()
    unit = odr.unit_of(_entity(kept), on) if odr.offered() and "complaint" in kept.told["what"]["kinds"] else None
    if request.method == "POST" and "again" in request.POST and kept.told["you"].get("phone"):
        _send_code(request, kept, kept.told["you"]["phone"])
        return redirect("complaints_public:step", "check")
    wrong = ""
    if request.method == "POST":
        try:
            return _file(request, kept, at, first=bool(unit) and "first" in request.POST)
        except Refusal as refused:
            wrong = str(refused)
    what, told = kept.told["what"], kept.told
    context = {
        "challenge": challenge.made(kept.digest), "wrong": wrong, "unit": unit, "code": told.get("code", {}), "phone": told["you"].get("phone", ""),
        "configured": sending.configured(), "files": told.get("files", []), "category": title_in("complaint-categories", what["category"]),
        "requests": _("、").join(title_in("complaint-requests", one) for one in what["requests"]), "entity": _entity(kept),
        "amount": f"{what['amount_fen'] / 100:,.2f}" if what.get("amount_fen") else "",
    }  # fmt: skip
    return _page(request, kept, "check", 422 if wrong else 200, **context)


def _entity(kept: drafts.Kept) -> Entity | None:
    code = kept.told["firm"].get("uscc")
    return Entity.objects.filter(uscc=code).first() if code else None


def _file(request: HttpRequest, kept: drafts.Kept, at: datetime, *, first: bool) -> HttpResponse:
    """File the draft. A draft is taken once: pressing twice files once."""
    told = kept.told
    slow = challenge.check(
        request.POST.get("challenge", ""), kept.digest, work=request.POST.get("work", ""), answer=request.POST.get("answer", "")
    )
    confirmed = _confirmed(kept, request.POST.get("code", ""), at)
    if told["you"].get("phone") and confirmed is None and "unconfirmed" not in request.POST:
        raise FilingIncomplete(_("验证码不对或已过期；收不到的，可以勾选“收不到验证码，仍要提交”"), field="code")
    what, firm, you = told["what"], told["firm"], told["you"]
    kinds = ["odr" if kind == "complaint" and first else kind for kind in what["kinds"]]
    asked = filing.Told(
        text=what["text"], kinds=kinds, category=what["category"], goods=what["goods"], amount_fen=what["amount_fen"],
        happened=date.fromisoformat(what["happened"]) if what["happened"] else None, requests=what["requests"], district=firm["district"],
        firm=filing.Firm(**{name: firm[name] for name in ("name", "uscc", "licence", "shop", "url", "address", "unfound")}),
        may_publish=you.get("may_publish", False), may_delegate=you.get("may_delegate", False), confirmed_at=confirmed, slow=slow,
        files=drafts.files_of(kept),
    )  # fmt: skip
    who = filing.Who(you["name"], you["phone"], you["address"], "id-card" if you["id_no"] else "", you["id_no"], you.get("insider", False))
    with filing.taking():  # the draft goes where the filing stands, or stays: never neither, never both
        if not drafts.claim(kept):
            return redirect("complaints_public:receipt")
        made = filing.file(told=asked, who=who, at=at)
    answer = redirect("complaints_public:receipt")
    answer.delete_cookie(drafts.COOKIE)
    sealed = signing.dumps({"number": made.filing.number, "code": made.code}, salt=RECEIPT)
    answer.set_cookie(RECEIPT, sealed, max_age=900, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


@never_cache
@requires("public")
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and query code: told for a quarter of an hour to the browser that filed."""
    try:
        told = signing.loads(request.COOKIES.get(RECEIPT, ""), salt=RECEIPT, max_age=900)
    except signing.BadSignature:
        return redirect("complaints_public:ask")
    return render(request, "complaints/receipt.html", {"number": told["number"], "code": told["code"]})


@require_POST
@requires("public")
def solved(request: HttpRequest) -> HttpResponse:
    """The information solved it: the draft goes."""
    kept = drafts.find(request.COOKIES.get(drafts.COOKIE, ""))
    if kept:
        drafts.claim(kept)
    messages.success(request, _("很高兴问题已经解决，草稿已删除"))
    answer = redirect("complaints_public:start")
    answer.delete_cookie(drafts.COOKIE)
    return answer
