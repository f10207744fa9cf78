"""What a printed form says: the parts of its layout in the packs, filled from what was on record when it was issued."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils import translation

from hengjian.ground import policy
from hengjian.ground.kit.money import yuan
from hengjian.ground.people import citing
from hengjian.ground.people.language import named
from hengjian.ground.people.models import Certificate, Officer
from hengjian.ground.policy.schema.documents import Part

from . import effects, queries, rules
from .models import Paper, Party, Proceeding
from .words import Words

PAPER = "matter-paper"  # one template for every form: its layout in the packs, or else the act's own fields
BLANK = "＿＿＿＿"  # to be filled in by hand
_PLACE = re.compile(r"\{([^{}|]+)(?:\|([^{}]*))?\}")
_PIECE = re.compile(r"\[([^\[\]]*)\]")  # left out as a whole where a place in it is empty
LEAST_ROWS = 3  # of a list of goods


def template_of(one: Paper) -> str:
    """The template a form is set from: its own, or the one for all."""
    return policy.current().document(one.form).template or PAPER


def data_of(matter: Proceeding, one: Paper) -> dict[str, Any]:
    """What a printed form says: only what was on record when it was issued."""
    with translation.override("zh-hans"):  # an issued paper has one wording
        return {**_Form(matter, one).data(), **effects.printed(matter, one)}


class _Form:
    def __init__(self, matter: Proceeding, one: Paper) -> None:
        self.matter, self.one, self.event = matter, one, one.event
        self.procedure = queries.definition(matter.kind)
        self.words = Words(matter, self.procedure)
        self.document = policy.current().document(one.form)
        self.upto = [event for event in queries.events_of(matter) if event.position <= one.event.position]
        self.said = rules.said(self.upto)
        gone = {event.body["party"] for event in self.upto if event.act == "left"}
        present = {event.position for event in self.upto if event.act == "joined"} - gone
        self.people = list(matter.parties.filter(position__in=present).order_by("position"))
        self.earlier = [
            (paper.form, paper.number) for paper in Paper.objects.filter(proceeding=matter, pk__lte=one.pk, voided=None).order_by("pk")
        ]

    def data(self) -> dict[str, Any]:
        act = self.procedure.acts[self.event.act]
        to = act.to or rules.state_of(self.procedure, self.upto)
        roles = {key: named(role) for key, role in self.procedure.roles.items()}
        layout = self.document.layout
        return {
            "agency": self.matter.agency.name, "title": self.document.title, "number": self.one.number,
            "on": f"{self.one.on.year}年{self.one.on.month}月{self.one.on.day}日", "void": self.one.voided.isoformat() if self.one.voided else "",
            "parties": [
                {"role": roles.get(party.role, ""), "name": party.name, "uscc": party.uscc, "address": party.address} for party in self.people
            ],
            "kind": layout.kind if layout else "", "to": self.filled(layout.to) if layout else "",
            "parts": [self.part(one) for one in layout.parts] if layout else [],
            "rows": [["案卷编号", self.matter.number], *map(list, self.words.told(self.said))],
            "basis": citing.cited(act.basis) if act.basis else "",
            "remedies": [remedy.title for remedy in self.procedure.remedies if to in remedy.states],
            "signed": [who.name for who in (self.event.by, self.event.second) if who],
        }  # fmt: skip

    # The parts of a layout ---------------------------------------------------------------------------

    def part(self, part: Part) -> dict[str, Any]:
        name = next(iter(part.model_fields_set))
        value = getattr(part, name)
        makers: dict[str, Callable[[Any], Any]] = {
            "p": self.filled, "note": self.filled, "facts": self.rows, "grid": self.rows,
            "long": lambda pair: [pair[0], self.filled(pair[1], "")], "items": self.goods, "sign": list, "opinion": self.opinions,
            "remedies": lambda _: self.data_of_remedies(), "index": lambda _: self.index(),
        }  # fmt: skip
        return {"is": name, "value": makers[name](value)}

    def rows(self, pairs: list[list[str]]) -> list[list[str]]:
        return [[label, self.filled(text, "")] for label, text in pairs]

    def goods(self, columns: list[str]) -> dict[str, Any]:
        lines = [line.strip() for line in re.split(r"[\n；]", str(self.said.get("item") or "")) if line.strip()]
        at = 1 if columns[0].startswith(("序号", "证据编号")) else 0
        filled = [[str(n), line] if at else [line] for n, line in enumerate(lines, 1)]
        rows = [row + [""] * (len(columns) - len(row)) for row in filled]
        return {"columns": columns, "rows": rows + [[""] * len(columns)] * max(0, LEAST_ROWS - len(rows))}

    def opinions(self, labels: list[str]) -> list[list[str]]:
        """Who proposed stands first, who approved last; who stands between signs by hand."""
        body, by = self.event.body, self.event.by
        proposer = self.words.officer(str(body["proposed_by"])) if body.get("proposed_by") else (by.name if by else "")
        made = [[label, "", ""] for label in labels]
        if body.get("proposed_by") or len(labels) > 1:
            made[0] = [labels[0], proposer, self.one.on.isoformat()]
        if body.get("proposed_by") and by:
            made[-1] = [labels[-1], f"{body.get('opinion') or '同意'} {by.name}", self.one.on.isoformat()]
        return made

    def data_of_remedies(self) -> list[str]:
        to = self.procedure.acts[self.event.act].to or rules.state_of(self.procedure, self.upto)
        return [remedy.title for remedy in self.procedure.remedies if to in remedy.states]

    def index(self) -> list[list[str]]:
        law = policy.current()
        return [[str(n), law.document(form).title, number] for n, (form, number) in enumerate(self.earlier, 1)]

    # Places in texts ---------------------------------------------------------------------------------

    def filled(self, text: str, blank: str = BLANK) -> str:
        text = _PIECE.sub(lambda found: found[1] if all(self.place(name) for name, _ in _PLACE.findall(found[1])) else "", text)
        return _PLACE.sub(lambda found: self.place(found[1]) or (found[2] if found[2] is not None else blank), text).strip("；， ")

    def place(self, name: str) -> str:
        kind, _, rest = name.partition(":")
        if kind == "due":
            face = next((face for face in queries.clocks_of(self.matter, self.one.on) if face.name == rest), None)
            return face.due.isoformat() if face and face.due else ""
        if kind == "no":
            return next((number for form, number in reversed(self.earlier) if form == f"penalty-form.{rest}"), "")
        if kind == "last":
            return self.field(rest, last=True)
        maker = getattr(self, f"of_{name}", None)
        return str(maker()) if maker else self.field(name)

    def field(self, name: str, last: bool = False) -> str:
        """A field that is asked anew each time counts only where this act told it."""
        field = self.procedure.fields.get(name)
        if field is None:
            return ""
        value = (self.said if last or not field.fresh else self.event.body).get(name)
        return "" if value in (None, "", [], {}) else self.words.value(field, value)

    def _party(self, *wanted: str) -> Party | None:
        liable = self.event.body.get("liable")
        if liable and "party" in wanted:
            return next((party for party in self.people if party.position == liable), None)
        return next((party for party in self.people if party.role in wanted), None)

    def of_party(self) -> str:
        found = self._party("party")
        return found.name if found else self.matter.title

    def of_parties(self) -> str:
        """Those whom a decision is about, one line each; a number is written as far as a paper of the case needs it."""
        liable = self.event.body.get("liable")
        rows = [party for party in self.people if (party.position == liable if liable else party.role == "party")]
        told = (f"当事人：{one.name}" + (f"，统一社会信用代码 {one.uscc}" if one.uscc else "") + (f"，住所（住址）{one.address}" if one.address else "") for one in rows)
        return "；".join(told)

    def of_uscc(self) -> str:
        found = self._party("party")
        return found.uscc if found else self.matter.subject

    def of_address(self) -> str:
        found = self._party("party")
        return str(self.said.get("address") or (found.address if found else ""))

    def of_address_told(self) -> str:
        return str(self.event.body.get("address") or "")

    def of_legal(self) -> str:
        found = self._party("legal-representative")
        return found.name if found else ""

    def of_person(self) -> str:
        """What a person responsible is punished with."""
        body = self.event.body
        if not body.get("liable"):
            return ""
        kinds = self.words.value(self.procedure.fields["person_penalties"], body["person_penalties"])
        return f"对{self.of_party()}：{kinds}" + (f"，罚款 {yuan(body['person_fine'])} 元" if body.get("person_fine") else "")

    def of_agency(self) -> str:
        return self.matter.agency.name

    def of_case(self) -> str:
        return self.matter.number

    def of_opened(self) -> str:
        return self.matter.opened.isoformat()

    def of_on(self) -> str:
        return self.one.on.isoformat()

    def of_owner(self) -> str:
        return self.matter.owner.name if self.matter.owner else ""

    def of_act(self) -> str:
        return self.words.act(self.event.act)

    def of_basis(self) -> str:
        act = self.procedure.acts[self.event.act]
        return f"（依据 {citing.cited(act.basis)}）" if act.basis else ""

    def of_officers(self) -> str:
        return self._people([str(number) for number in self.said.get("officers") or ()])

    def of_signed(self) -> str:
        return self._people([who.number for who in (self.event.by, self.event.second) if who])

    def of_second(self) -> str:
        return self.event.second.name if self.event.second else ""

    def _people(self, numbers: list[str]) -> str:
        """Names with the numbers of their certificates in force on the day."""
        on = self.one.on
        held = Certificate.objects.filter(officer__number__in=numbers, kind="enforcement", since__lte=on, until__gte=on).order_by("pk")
        cards = dict(held.values_list("officer__number", "number"))
        people = Officer.objects.filter(number__in=numbers).order_by("number")
        return "、".join(f"{one.name}（{cards[one.number]}）" if one.number in cards else one.name for one in people)

    def of_paid_total(self) -> str:
        total = sum(int(event.body.get("paid") or 0) for event in rules.effective(self.upto) if event.act == "pay")
        return f"{yuan(total)} 元"

    def of_others(self) -> str:
        """The papers that were served together with the receipt."""
        law = policy.current()
        served = Paper.objects.filter(event=self.event).exclude(pk=self.one.pk).order_by("pk")
        if not served and self.event.act == "serve":
            served = Paper.objects.filter(proceeding=self.matter, form="penalty-form.45", voided=None).order_by("-pk")[:1]
        return "；".join(f"{law.document(paper.form).title} {paper.number}".strip() for paper in served)

    def of_count(self) -> str:
        return str(len(self.earlier))

    def of_events(self) -> str:
        return str(self.event.position)

    def of_attachments(self) -> str:
        return "、".join(self.matter.attachments.order_by("position").values_list("name", flat=True)) or "无"
