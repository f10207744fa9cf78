"""Masking words of a record (字段遮蔽): one officer asks, another decides; what was masked is told to everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound, Refusal
from hengjian.ground.people.access import may, requires
from hengjian.ground.people.language import named
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure import services as procedure_acts
from hengjian.ground.procedure.models import Proceeding

from . import forms, masking, queries, redacting, telling
from .models import Entry
from .views import SHOWN, titles

TONES = {"asked": "yellow", "masked": "green"}


def _officer(request: HttpRequest) -> Any:
    return request.officer  # type: ignore[attr-defined]


@never_cache
@requires("ledger.redact")
def ask(request: HttpRequest, seq: int) -> HttpResponse:
    """Choose what is to be masked in one record, with ground and reason."""
    entry = queries.entry_for(_officer(request), seq)
    form, refused = forms.RedactionForm(_fields(entry), request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            marks = redacting.marks_of(entry, form.whole(), form.words())
            matter = redacting.ask(
                by=_officer(request), entry=entry, marks=marks, ground=told["ground"], because=told["because"], on=clock.today(), at=clock.now()
            )
        except Refusal as refusal:
            refused = refusal.told(_)
        else:
            messages.success(request, _("已提出遮蔽，须由另一人决定"))
            return redirect("ledger:redaction", pk=matter.pk)
    context = {"entry": entry, "title": titles().get(entry.kind, entry.kind), "form": form, "refused": refused}
    return render(request, "ledger/redact.html", context, status=422 if request.method == "POST" else 200)


def _fields(entry: Entry) -> list[tuple[str, str, str]]:
    """Path, title and text of what may be masked."""
    found = redacting.maskable(entry)
    return [(path, telling.field_title(entry.kind, path), text) for path, text in found.items() if text and text != masking.MASK]


@requires("ledger.view")
def redactions(request: HttpRequest) -> HttpResponse:
    """Maskings asked for and decided, those that wait first."""
    found = queries.redactions(_officer(request))
    page = Paginator(found.order_by("-awaits", "-pk"), SHOWN).get_page(request.GET.get("page"))
    rows = [_row(matter) for matter in page]
    return render(request, "ledger/redactions.html", {"page": page, "rows": rows, "told": queries.maskings().count()})


def _row(matter: Proceeding) -> dict[str, Any]:
    told, entry = redacting.asked(matter), queries.entry(redacting.asked(matter)["entry"])
    state = procedure.state_of(matter)
    fields = [telling.field_title(entry.kind, path) for path in told["marks"][str(entry.seq)]] if entry else []
    return {
        "matter": matter, "entry": entry, "title": titles().get(entry.kind, entry.kind) if entry else "", "fields": fields,
        "ground": telling.ground(told["ground"]), "state": named(procedure.definition(matter.kind).states[state]), "tone": TONES.get(state, "grey"),
    }  # fmt: skip


@never_cache
@requires("ledger.view")
def redaction(request: HttpRequest, pk: int) -> HttpResponse:
    """One masking: what is marked and what will remain, by whom it was asked, where else the words stand."""
    matter = _matter(request, pk)
    told, officer = redacting.asked(matter), _officer(request)
    entries = sorted(queries.masked_by(matter), key=lambda one: one.seq != told["entry"])  # the one asked about first
    waits = matter.closed is None
    acts = {name: named(act) for name, act in procedure.acts_open_to(matter, officer, clock.today()).items()}
    own = officer is not None and matter.owner_id == officer.pk
    acts = {name: act for name, act in acts.items() if (name == "retract") is own}
    context = {
        **_row(matter), "told": told, "acts": acts, "own": own, "waits": waits, "events": _events(matter),
        "records": [_shown(one, told["marks"][str(one.seq)], waits) for one in entries],
        "elsewhere": redacting.elsewhere(entries[0], told["marks"]) if waits and entries else None,
        "opens": queries.visible_to(officer).filter(seq=told["entry"]).exists(),
    }  # fmt: skip
    return render(request, "ledger/redaction.html", context)


def _shown(entry: Entry, marks: dict[str, Any], waits: bool) -> dict[str, Any]:
    """Each field as it stands; while a decision waits, in pieces: what goes is marked."""
    held, fields = dict(masking.words_of(entry.body)), []
    for path, spans in masking.read(marks).items():
        text = held.get(path, "")
        pieces = _pieces(text, [(0, len(text))] if spans is None else sorted(spans)) if waits else [(text, False)]
        fields.append((telling.field_title(entry.kind, path), pieces))
    return {"entry": entry, "title": titles().get(entry.kind, entry.kind), "fields": fields}


def _pieces(text: str, spans: list[masking.Span]) -> list[tuple[str, bool]]:
    pieces, last = [], 0
    for first, end in spans:
        pieces += [(text[last:first], False), (text[max(first, last) : end], True)]
        last = max(last, end)
    return [piece for piece in [*pieces, (text[last:], False)] if piece[0]]


def _events(matter: Proceeding) -> list[dict[str, Any]]:
    definition = procedure.definition(matter.kind)
    done = [event for event in procedure.events_of(matter) if event.act in definition.acts]
    return [{"on": one.on, "title": named(definition.acts[one.act]), "by": one.by, "note": one.body.get("reasons", "")} for one in done]


def _matter(request: HttpRequest, pk: int) -> Proceeding:
    found = queries.redactions(_officer(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("没有这件事，或者不在您的数据范围内"))
    return found


@require_POST
@requires("ledger.redact")
def decide(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The second person decides, or the first takes the request back."""
    version = request.POST.get("version", "")
    body = {"reasons": request.POST.get("reasons", "")[:400]} if name == "refuse" else {}
    procedure_acts.act(
        _matter(request, pk), name, by=_officer(request), on=clock.today(), expected_version=int(version) if version.isdigit() else -1, body=body
    )
    messages.success(request, _("已遮蔽，各处不再保存原文") if name == "approve" else _("已办理"))
    return redirect("ledger:redaction", pk=pk)


@requires("public")
def maskings(request: HttpRequest) -> HttpResponse:
    """What was masked: number, kind, fields, ground, agency, digests. Neither the firm nor the words nor the officers."""
    page = Paginator(queries.maskings(), 50).get_page(request.GET.get("page"))
    rows = [(one, *_public(one)) for one in page]
    return render(request, "ledger/maskings.html", {"page": page, "rows": rows})


def _public(record: Entry) -> tuple[str, list[str], tuple[str, str]]:
    kind = record.refers.kind if record.refers else ""
    return titles().get(kind, kind), [telling.field_title(kind, path) for path in record.body["fields"]], telling.ground(record.body["ground"])


def asks(request: HttpRequest, entry: Entry) -> bool:
    """Whether this officer may ask for a masking of this record."""
    return may(request, "ledger.redact") and bool(_fields(entry))
