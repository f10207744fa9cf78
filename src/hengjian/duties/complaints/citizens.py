"""What a citizen does with a filing after it was taken in: withdraw one matter, add to it, answer an offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hengjian.ground import audit
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.procedure import queries, rules
from hengjian.ground.procedure import services as procedure
from hengjian.ground.procedure.models import Proceeding

from .errors import FilingIncomplete
from .filing import MOST_FILES, keep_files
from .models import Filing, Message, Track

WITHDRAWALS = ("withdraw", "withdraw-accepted")
WITHDRAWN = "1"  # the ground of both lists: withdrawn, or settled between the two


@transaction.atomic
def withdraw(filing: Filing, kind: str, *, on: date, at: datetime) -> None:
    """Take one matter back. The others of the filing go on; a report is examined all the same (撤回投诉不影响举报)."""
    track = filing.tracks.filter(kind=kind, open=True).select_related("proceeding__agency").first()
    act = _withdrawal(track.proceeding) if track else ""
    if track is None or not act:
        raise Refusal(_("这一件现在不能撤回"), kind=kind)
    body = {"ground": WITHDRAWN} if act == "withdraw-accepted" else {}
    procedure.act(track.proceeding, act, by=None, on=on, expected_version=track.proceeding.version, body=body, at=at)
    audit.record("complaints.withdraw", f"filing:{filing.number}", actor="citizen", kind=kind)


def _withdrawal(matter: Proceeding) -> str:
    definition, seen = queries.definition(matter.kind), queries.events_now(matter)
    state = rules.state_of(definition, seen)
    done = {event.act for event in rules.effective(seen)}
    open_ = (name for name in WITHDRAWALS if name in definition.acts and state in definition.acts[name].source and name not in done)
    return next(open_, "")


def may_withdraw(track: Track) -> bool:
    return track.open and bool(_withdrawal(track.proceeding))


@transaction.atomic
def add(filing: Filing, *, text: str, files: Sequence[tuple[str, bytes]] = (), on: date, at: datetime) -> None:
    """Add to what was told (补充材料): into the correspondence, files into every open matter."""
    said = text.strip()[:2000]
    if not said and not files:
        raise FilingIncomplete(_("请写明补充的内容，或选择材料"), field="text")
    if len(files) > MOST_FILES:
        raise FilingIncomplete(_("证据材料不能超过 %(most)s 份"), field="files", most=MOST_FILES)
    Message.objects.create(filing=filing, at=at, side="citizen", text=said or str(_("补充了材料")))
    keep_files(filing, [content for _name, content in files], on=on, at=at)
    audit.record("complaints.add", f"filing:{filing.number}", actor="citizen", files=len(files))
