"""Desk: one entry with its seal, the entries of one entity, rows in doubt, the health of the ledger. Public: daily roots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from hengjian.ground import audit, policy
from hengjian.ground.kit import clock, money
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import english, named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as procedure_acts
from hengjian.ground.ui.days import asked
from hengjian.street.intake import queries as intake
from hengjian.street.register import queries as register
from hengjian.street.register import services as register_acts
from hengjian.street.register.rules import TAKEN

from . import disposing, evidence, forms, masking, queries, redacting, services, telling, verifier
from .models import CLOSING, REMARKS, Entry

SHOWN = 20
STEP = 1.0  # seconds of work while a page waits for its next picture


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


def titles(of: str = "") -> dict[str, str]:
    """Kinds of entry as people read them; `of` is the kind of entity, for which some lists have a name of their own."""
    closing = {"withdrawal": _("撤回"), "repair": _("信用修复"), "end": _("终止"), "correction": _("更正")}
    closing |= {"redaction": _("字段遮蔽"), "objection": _("异议标注"), "objection-outcome": _("异议核实结果"), "reply": _("企业回应")}
    found = policy.current().records
    return {kind: named(next((word for who, word in record.called.items() if who == of), record)) for kind, record in found.items()} | closing


def body_of(entry: Entry) -> list[tuple[str, str]]:
    """Title and value of everything the body says, with code lists read."""
    law = policy.current()
    fields = law.records[entry.kind].fields if entry.kind in law.records else {}
    lines = []
    for name, value in entry.body.items():
        if name in ABOVE:
            continue
        described = fields.get(name)
        catalogue = law.catalogue(described.catalogue) if described and described.catalogue else None
        amount = described and described.type == "money" and isinstance(value, int)
        lines.append((named(described) if described else str(NAMES.get(name, name)), money.yuan(value) if amount else _shown(value, catalogue)))
    for name, fen in (("fine_fen", entry.fine_fen), ("confiscated_fen", entry.confiscated_fen)):
        if fen is not None:
            lines.append((str(NAMES[name]), money.yuan(fen)))
    return lines


ABOVE = ("name", "document", "decided", "effective", "issuer", "until")  # shown by the columns of the entry
NAMES = {
    "because": _lazy("理由"), "changed": _lazy("更正的项目"), "row": _lazy("文件行号"),
    "matter": _lazy("事项编号"), "text": _lazy("企业的话"), "outcome": _lazy("结果"), "received": _lazy("收到日期"), "content": _lazy("原内容的摘要（SM3）"),
    "ground": _lazy("事由"), "basis": _lazy("依据"), "fields": _lazy("遮蔽的项"), "asked": _lazy("提出人工号"), "decided": _lazy("决定人工号"),
    "remains": _lazy("所余内容的摘要（SM3）"), "body": _lazy("所余正文的摘要（SHA-256）"),
    "unrecognised": _lazy("未认出的内容"),
    "fine_fen": _lazy("罚款金额（元）"), "confiscated_fen": _lazy("没收金额（元）"),
}  # fmt: skip


def _shown(value: Any, catalogue: Any) -> str:
    if isinstance(value, list):
        return _("、").join(_shown(one, catalogue) for one in value)
    if isinstance(value, dict):
        return _("；").join(f"{name} {one}" for name, one in value.items())
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(catalogue.title_of(str(value), english=english()) if catalogue else value).replace(masking.MASK, _("〔已遮蔽〕"))


@requires("ledger.view")
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """What one entry says, where it came from, what was said about it by a day as known on another, and whether its seal holds."""
    found, days = queries.entry_for(_officer(request), seq), asked(request.GET, clock.today())
    later = list(queries.about(found, on=days.on if days.replayed else None, known=days.known))
    proof = services.proof_of(seq)
    steps = verifier.check(proof) if proof else []
    named = {
        "entry": _("内容与记录的摘要相符"), "batch": _("摘要接成本批的链头"), "day": _("本批在当日总封之内"),
        "remains": _("所余内容与遮蔽记录相符"), "record's entry": _("遮蔽记录的内容与摘要相符"),
        "record's batch": _("遮蔽记录接成其批的链头"), "record's day": _("遮蔽记录在其日的总封之内"),
    }  # fmt: skip
    closed = next((one for one in later if one.kind in CLOSING and (not days.replayed or one.effective <= days.on)), None)
    amends = found.kind not in (*CLOSING, *REMARKS) and not closed and not days.replayed and may(request, "ledger.answer")
    context = {
        "origin_opens": intake.opens(_officer(request), request.powers, found.delivery_id),  # type: ignore[attr-defined]
        "entry": found, "title": titles(found.entity.kind).get(found.kind, found.kind), "body": body_of(found), "later": later,
        "titles": titles(), "proof": proof, "steps": [(named[name], holds, digest) for name, holds, digest in steps],
        "whole": all(holds for _name, holds, _digest in steps), "closed": closed,
        "disposed": queries.disposal_of(found.seq), "asked": days, "masked": telling.beside(found.kind, queries.redactions_of([seq]).get(seq, [])),
        "may_redact": may(request, "ledger.redact") and not queries.disposal_of(seq) and bool(redacting.maskable(found)),
        "early": found.decided > days.on, "unknown": bool(days.known and found.recorded > queries.moment(days.known)),
        "may_amend": amends and queries.issued_within(_officer(request), found),
    }  # fmt: skip
    return render(request, "ledger/entry.html", context)


@requires("ledger.view")
def proof(request: HttpRequest, seq: int) -> HttpResponse:
    """The proof of one entry as a file that `verifier.py` checks."""
    found = queries.entry_for(_officer(request), seq)
    audit.record("export.proof", f"entry:{found.seq}", by=_officer(request))
    headers = {"Content-Disposition": f'attachment; filename="proof-{seq}.json"'}
    return JsonResponse(services.proof_of(seq), json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)


@requires("ledger.view")
def entries(request: HttpRequest, uscc: str) -> HttpResponse:
    """Everything recorded about one entity, as it stood on a day as known on another."""
    entity = register.entity_for(_officer(request), uscc)
    form = forms.AsOfForm(request.GET or None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = queries.entries_of(entity.uscc, on=told.get("on"), known=told.get("known"))
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    names = titles(entity.kind)
    rows = [(one, names.get(one.kind, one.kind)) for one in page]
    context = {"entity": entity, "form": form, "page": page, "rows": rows, "asked": any(told.values())}
    return render(request, "ledger/entries.html", context)


@requires("ledger.view")
def doubts(request: HttpRequest) -> HttpResponse:
    """Rows that cannot be put to an entity's account, each with what speaks for it and what against."""
    code = request.GET.get("code", "")
    found = queries.doubtful(_officer(request), code)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    kinds = [("", _("全部")), ("unknown-entity", _("没有这个代码")), ("name-differs", _("名称不符"))]
    tabs = [{"href": f"?code={key}", "title": title, "count": None, "here": key == code} for key, title in kinds]
    context = {"page": page, "rows": evidence.of(list(page)), "tabs": tabs, "may_take": may(request, "ledger.take"), "titles": titles()}
    return render(request, "ledger/doubts.html", context)


@require_POST
@requires("ledger.take")
def reconsider(request: HttpRequest) -> HttpResponse:
    """Look again at rows in doubt; those now certain are entered."""
    done = services.catch_up(clock.now())
    messages.success(request, _("已再次核对：新入账 %(n)s 条") % {"n": done.entries})
    return redirect("ledger:doubts")


@require_POST
@requires("ledger.take")
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Decide a row in doubt, with the reason; what was shown for and against is kept with the decision."""
    row = queries.doubtful(_officer(request)).filter(delivery=pk, number=number).first()
    if row is None:
        raise NotFound(_("没有这一行，或者已经判定"))
    [shown] = evidence.of([row])
    kept = {
        "code": shown["identity"].name if shown["identity"] else "", "former": shown["former"],
        "same_name": [other.uscc for other in shown["same_name"]],
    }  # fmt: skip
    outcome, because = request.POST.get("outcome", ""), request.POST.get("because", "")[:400]
    services.decide(by=_officer(request), row=row, outcome=outcome, because=because, evidence=kept, at=clock.now())
    messages.success(request, _("已判定为同一主体并入账") if outcome == "certain" else _("已判定不是，不再列入存疑"))
    return redirect("ledger:doubts")


@requires("ledger.view")
def disposal(request: HttpRequest) -> HttpResponse:
    """Records past their retention by kind, what has been proposed, what was disposed of."""
    officer, on = _officer(request), clock.today()
    matters = [_disposal(matter, officer, on) for matter in queries.disposals(officer)[:SHOWN]]
    due = [(one, titles().get(one.kind, one.kind)) for one in disposing.due(on)]
    context = {"due": due, "matters": matters, "may_dispose": may(request, "ledger.dispose"), "gone": queries.tombstones().count()}
    return render(request, "ledger/disposal.html", context)


def _disposal(matter: Any, officer: Any, on: Any) -> dict[str, Any]:
    events = procedure.events_of(matter)
    told = next((event.body for event in events if event.act == "propose"), {})
    acts = {name: named(act) for name, act in procedure.acts_open_to(matter, officer, on).items()}
    proposer = next((event.by for event in events if event.act == "propose"), "")
    own = officer is not None and officer.number == proposer
    state = named(procedure.definition(matter.kind).states[procedure.state_of(matter)])
    title = titles().get(matter.subject, matter.subject)
    return {"matter": matter, "told": told, "acts": {} if own else acts, "own": own and bool(acts), "state": state, "title": title}


@require_POST
@requires("ledger.dispose")
def propose_disposal(request: HttpRequest) -> HttpResponse:
    """Put what is past its retention up for disposal; somebody else approves."""
    disposing.propose(by=_officer(request), kind=request.POST.get("kind", "")[:40], on=clock.today(), at=clock.now())
    messages.success(request, _("已提出销毁，须由另一人批准"))
    return redirect("ledger:disposal")


@require_POST
@requires("ledger.dispose")
def decide_disposal(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The second person approves, or does not."""
    matter = queries.disposals(_officer(request)).filter(pk=pk).first()
    if matter is None:
        raise NotFound(_("没有这件事，或者不在您的数据范围内"))
    version = request.POST.get("version", "")
    body = {"reasons": request.POST.get("reasons", "")[:400]} if name == "refuse" else {}
    procedure_acts.act(
        matter, name, by=_officer(request), on=clock.today(), expected_version=int(version) if version.isdigit() else -1, body=body
    )
    messages.success(request, _("已办理"))
    return redirect("ledger:disposal")


@requires("public")
def tombstones(request: HttpRequest) -> HttpResponse:
    """What was disposed of: number, kind, whose record, when and by which term. The firm and the words are gone."""
    page = Paginator(queries.tombstones(), 50).get_page(request.GET.get("page"))
    rows = [(one, titles().get(one.refers.kind, one.refers.kind) if one.refers else "") for one in page]
    return render(request, "ledger/tombstones.html", {"page": page, "rows": rows})


@requires("intake.view")
def taken(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a delivery has come into register and ledger; a piece of the delivery's page."""
    return _taken(request, intake.delivery_of(_officer(request), pk), working=False)


def _taken(request: HttpRequest, found: Any, *, working: bool) -> HttpResponse:
    registration = found.kind in TAKEN
    state = register.taken(found) if registration else queries.taken(found)
    context = {"delivery": found, "registration": registration, "state": state, "may_take": may(request, "ledger.take"), "working": working}
    return render(request, "ledger/_taken.html", context)


@require_POST
@requires("ledger.take")
def absorb(request: HttpRequest, pk: int) -> HttpResponse:
    """Take accepted rows over now, for about a second; the timetable would do the same within minutes."""
    found = intake.delivery_of(_officer(request), pk)
    if found.kind in TAKEN:
        done = register_acts.absorb(found, seconds=STEP).done
    else:
        services.absorb(found, at=clock.now(), seconds=STEP)
        done = queries.taken(found)["done"]
    if "HX-Request" not in request.headers:
        return redirect("intake:delivery", pk=pk)
    found.refresh_from_db()
    return _taken(request, found, working=not done)


@requires("ledger.view")
def health(request: HttpRequest) -> HttpResponse:
    """How much is held and sealed, when every seal was last checked, what each batch was."""
    page = Paginator(queries.batches(), SHOWN).get_page(request.GET.get("page"))
    last = queries.last_verified()
    rows = [(batch, _source(batch.source)) for batch in page]
    context = {"health": queries.health(), "page": page, "rows": rows, "roots": list(queries.roots()[:10]), "last": last}
    return render(request, "ledger/health.html", context)


def _source(source: str) -> str:
    """Where a batch came from, in words."""
    what, _mark, number = source.partition(":")
    if what == "delivery":
        return _("报送批次 %(n)s") % {"n": number}
    return titles().get(source.partition(".")[0], source)


@requires("public")
def roots(request: HttpRequest) -> HttpResponse:
    """Every daily root: whoever keeps a copy can hold the platform to it."""
    page = Paginator(queries.roots(), 30).get_page(request.GET.get("page"))
    return render(request, "ledger/roots.html", {"page": page})


@requires("public")
def roots_feed(request: HttpRequest) -> HttpResponse:
    """Daily roots as a feed: whoever subscribes keeps a copy that nobody here can change."""
    here = request.build_absolute_uri(reverse("ledger_public:roots"))
    feed = Atom1Feed(_("台账封存公示"), here, "", feed_url=request.build_absolute_uri())
    for root in queries.roots()[:60]:
        says = f"SM3 {root.hexed} · {root.batches} / {root.entries}"
        feed.add_item(f"{root.day} {root.hexed}", here, says, unique_id=f"urn:sm3:{root.hexed}", updateddate=root.sealed_at)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


@requires("public")
def verifier_file(request: HttpRequest) -> FileResponse:
    """The program that checks a proof, standard library only."""
    return FileResponse(Path(verifier.__file__).open("rb"), as_attachment=True, filename="verifier.py", content_type="text/x-python")
