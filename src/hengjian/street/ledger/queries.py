"""Questions about the ledger: what an entity has, what counts on day D as known on day K."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum
from django.utils.translation import gettext

from hengjian.ground.audit.models import Trail
from hengjian.ground.kit import append_only
from hengjian.ground.kit import uscc as codes
from hengjian.ground.kit.clock import SHANGHAI
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import scopes
from hengjian.ground.people.models import Officer
from hengjian.ground.procedure import queries as procedure
from hengjian.ground.procedure.models import Proceeding
from hengjian.street.intake import queries as intake
from hengjian.street.intake.models import Delivery, Row

from . import guards
from .models import CLOSING as CLOSING
from .models import LISTS as LISTS
from .models import REMARKS as REMARKS
from .models import Absorption, Batch, DailyRoot, Decision, Entry
from .settling import PATIENCE
from .settling import settled_batch as settled_batch
from .settling import settled_seq as settled_seq

MATTERS = ("objection", "reply")  # kinds of matter a firm opens about a record
DISPOSE = "dispose"  # act of the entry that records a disposal
REDACT = "redact"  # act of the entry that records a redaction
WAITING = ("unknown-entity", "name-differs")  # reasons that later registrations may resolve


def moment(known: date | datetime) -> datetime:
    """What "known on K" means: until the end of that day in Tianjin, or that very moment."""
    if isinstance(known, datetime):
        return known
    return datetime.combine(known + timedelta(days=1), time.min, SHANGHAI) - timedelta(microseconds=1)


def _known(entries: QuerySet[Entry], known: date | datetime | None) -> QuerySet[Entry]:
    return entries if known is None else entries.filter(recorded__lte=moment(known))


def _closing(on: date | None, known: date | datetime | None) -> QuerySet[Entry]:
    closing = _known(Entry.objects.filter(refers=OuterRef("pk"), kind__in=CLOSING), known)
    return closing if on is None else closing.filter(effective__lte=on)


def entries_of(uscc: str, *, on: date | None = None, known: date | datetime | None = None) -> QuerySet[Entry]:
    """All entries of an entity decided by `on` and recorded by `known`, last first; `closed` says whether one
    still stands."""
    entries = _known(Entry.objects.filter(uscc=codes.normalise(uscc)), known)
    if on is not None:
        entries = entries.filter(decided__lte=on)
    closed = Exists(_closing(on, known))
    return entries.annotate(closed=closed).select_related("issuer", "entity").order_by("-decided", "-seq")


def facts(on: date, known: date | datetime | None = None, *, uscc: str | None = None) -> QuerySet[Entry]:
    """Entries that count on a day as known on another: decided, recorded, and not closed by then."""
    entries = _known(Entry.objects.filter(decided__lte=on), known).exclude(kind__in=CLOSING)
    if uscc is not None:
        entries = entries.filter(uscc=codes.normalise(uscc))
    return entries.filter(~Exists(_closing(on, known))).order_by("seq")


def recorded_of(kind: str, *, since: date, until: date) -> QuerySet[Entry]:
    """Records of a kind decided within these days, to ask which entities have one."""
    return Entry.objects.filter(kind=kind, act="record", decided__gte=since, decided__lte=until).order_by()


ON_LISTS = "ledger_entry.kind IN ({})".format(", ".join(f"'{kind}'" for kind in LISTS))


def of_lists(on: date, known: date | datetime | None = None) -> QuerySet[Entry]:
    """Entries on the lists that count on a day as known on another, of all entities: read by their own small index, which SQLite takes only
    where its condition stands in the question as a literal. Not for subqueries."""
    return facts(on, known).extra(where=[ON_LISTS])


def closings(kinds: Collection[str]) -> QuerySet[Entry]:
    """Entries of these kinds that close another: what a house asks whether its own records were closed."""
    return Entry.objects.filter(kind__in=kinds)


def entry(seq: int) -> Entry | None:
    return Entry.objects.filter(seq=seq).select_related("issuer", "entity", "refers").first()


def last_seq() -> int:
    """The number of the newest entry; 0 for an empty ledger."""
    return Entry.objects.aggregate(last=Max("seq"))["last"] or 0


def visible_to(officer: Officer | None) -> QuerySet[Entry]:
    """Entries of the entities an officer may open, last first."""
    entries = Entry.objects.select_related("entity", "issuer").order_by("-seq")
    districts = scopes.districts_of(officer)
    return entries if districts is None else entries.filter(entity__district__in=districts)


def entries_after(seq: int, limit: int | None = None, *, patience: float = PATIENCE) -> QuerySet[Entry]:
    """Entries after a sequence number, in order, up to the settled end: what a later stop pulls."""
    entries = Entry.objects.filter(seq__gt=seq, seq__lte=settled_seq(patience=patience)).order_by("seq")
    entries = entries.select_related("entity", "issuer", "personal")
    return entries[:limit] if limit else entries


def last_root() -> DailyRoot | None:
    return DailyRoot.objects.order_by("-pk").first()


def roots() -> QuerySet[DailyRoot]:
    """Daily roots, last first."""
    return DailyRoot.objects.order_by("-day")


def sealed_upto() -> int:
    """The last batch under a daily root."""
    root = last_root()
    return root.last_batch if root else 0


def unsealed(on: date, end: int | None = None) -> QuerySet[Batch]:
    """Batches up to the last one of a day (and up to `end`) that no daily root covers yet, without a gap in their numbers.

    Two writers at midnight may take numbers in the other order of their times: the one between is sealed with them.
    """
    due = Batch.objects.filter(pk__gt=sealed_upto(), opened_at__lte=moment(on))
    if end is not None:
        due = due.filter(pk__lte=end)
    upto = due.aggregate(last=Max("pk"))["last"] or 0
    return Batch.objects.filter(pk__gt=sealed_upto(), pk__lte=upto).order_by("pk")


def entry_for(officer: Officer | None, seq: int) -> Entry:
    """An entry about an entity in an officer's scope; refuses what the officer may not know of."""
    found = visible_to(officer).filter(seq=seq).select_related("refers", "batch", "delivery").first()
    if found is None:
        raise NotFound(gettext("没有这条记录，或者不在您的数据范围内"), seq=seq)
    return found


def about(entry: Entry, *, on: date | None = None, known: date | datetime | None = None) -> QuerySet[Entry]:
    """Entries that correct, withdraw, repair or end this one, and its replacement, in order: decided by a day as known on another."""
    found = _known(Entry.objects.filter(refers=entry), known)
    return (found if on is None else found.filter(decided__lte=on)).select_related("issuer").order_by("seq")


def disposal_of(seq: int) -> Entry | None:
    """The entry that says that this one was disposed of, with the digest of what it said."""
    return Entry.objects.filter(refers=seq, act=DISPOSE).order_by("seq").first()


def redaction_of(seq: int) -> Entry | None:
    """The last entry that says that words of this one were masked, with the digests of what it said and what remains."""
    return Entry.objects.filter(refers=seq, act=REDACT).select_related("issuer").order_by("-seq").first()


def redactions_of(seqs: Collection[int]) -> dict[int, list[Entry]]:
    """Maskings by the entry they are about, in order. Whatever day is asked about: the words are gone on each of them."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for one in Entry.objects.filter(refers__in=seqs, act=REDACT).select_related("issuer").order_by("seq"):
        found[one.refers_id or 0].append(one)
    return found


def contents_kept(batch: Batch) -> dict[int, str]:
    """Digests of what those entries of a batch said whose words went."""
    told = Entry.objects.filter(refers__batch=batch, act__in=(DISPOSE, REDACT)).order_by("seq").values_list("refers", "body")
    return {seq: body["content"] for seq, body in told}


def content_kept(seq: int) -> str | None:
    """The digest of what an entry said once, if words of it went since."""
    told = Entry.objects.filter(refers=seq, act__in=(DISPOSE, REDACT)).order_by("seq").values_list("body", flat=True).first()
    return told["content"] if told else None


def issued_within(officer: Officer | None, entry: Entry) -> bool:
    """Whether the record was made by an agency in the officer's scope."""
    return scopes.agencies_of(officer).filter(pk=entry.issuer_id).exists()


def closing_of(entry: Entry) -> Entry | None:
    """The entry that closed this one, if one did."""
    return Entry.objects.filter(refers=entry, kind__in=CLOSING).select_related("issuer").order_by("seq").first()


def repairs(first: date, last: date) -> QuerySet[Entry]:
    """Entries that repair a record, in force from a day between two days inclusive, in order."""
    found = Entry.objects.filter(kind="repair", effective__range=(first, last))
    return found.select_related("issuer", "refers__entity", "refers__issuer").order_by("seq")


def repairs_of(seqs: Collection[int]) -> dict[int, Entry]:
    """The entries that repaired these records, by record."""
    found = Entry.objects.filter(kind="repair", refers__in=seqs).order_by("seq")
    return {one.refers_id or 0: one for one in found}


def closed_by_matter(uscc: str, number: str) -> list[Entry]:
    """Entries of a firm that a matter of repair closed, in order."""
    closings = Entry.objects.filter(uscc=uscc, kind="repair").select_related("refers__entity", "refers__issuer").order_by("seq")
    return [closing.refers for closing in closings if closing.refers and closing.body.get("matter") == number]


def standing(uscc: str, kind: str, document: str) -> Entry | None:
    """The record of a kind with this document number that nothing closed; the newest."""
    found = Entry.objects.filter(~Exists(_closing(None, None)), uscc=uscc, kind=kind, document=document)
    return found.select_related("entity", "issuer").order_by("-seq").first()


def replacement_of(entry: Entry) -> Entry | None:
    """The true record that took its place, if it was corrected."""
    return about(entry).filter(act="correct").exclude(kind="correction").first()


def remarks_on(seqs: Collection[int], *, on: date | None = None, known: date | datetime | None = None) -> dict[int, list[Entry]]:
    """Objections, their outcomes and replies by the entry they are about, in order; a reply taken back is left out."""
    found = _known(Entry.objects.filter(refers__in=seqs, kind__in=REMARKS), known)
    if on is not None:
        found = found.filter(decided__lte=on)
    by_entry: dict[int, list[Entry]] = defaultdict(list)
    for remark in found.filter(~Exists(_closing(on, known))).select_related("issuer").order_by("seq"):
        by_entry[remark.refers_id or 0].append(remark)
    return by_entry


def objection_marked(entry: Entry) -> bool:
    """Whether the record is marked as objected to now."""
    last = Entry.objects.filter(refers=entry, kind__in=("objection", "objection-outcome")).order_by("-seq").first()
    return last is not None and last.kind == "objection"


def matters_on(entry: Entry) -> QuerySet[Proceeding]:
    """What the firm ever said to a record: objections and replies, last first."""
    return matters_of(entry.uscc).filter(events__position=1, events__body__entry=entry.seq)


def open_matters(entry: Entry) -> QuerySet[Proceeding]:
    return matters_on(entry).filter(closed=None)


def matters_of(uscc: str) -> QuerySet[Proceeding]:
    """Objections and replies of one firm, last first."""
    return procedure.with_events(Proceeding.objects.filter(kind__in=MATTERS, subject=uscc)).order_by("-pk")


def matters_for(officer: Officer | None) -> QuerySet[Proceeding]:
    """Objections and replies to records of the agencies in an officer's scope, last first."""
    return procedure.with_events(procedure.visible_to(officer).filter(kind__in=MATTERS)).order_by("-pk")


def own_records(uscc: str, *, on: date | None = None, known: date | None = None) -> QuerySet[Entry]:
    """Records about a firm itself, without what closes or remarks them; `closed` says whether one still stands."""
    return entries_of(uscc, on=on, known=known).exclude(kind__in=(*CLOSING, *REMARKS))


def root_over(batch: Batch) -> DailyRoot | None:
    """The daily root that seals a batch, once its day has been sealed."""
    return DailyRoot.objects.filter(last_batch__gte=batch.pk).order_by("pk").first()


def health() -> dict[str, Any]:
    """How much the ledger holds, what is not sealed yet, which triggers are missing."""
    held = Batch.objects.aggregate(batches=Count("pk"), entries=Sum("size"))
    waiting = Batch.objects.filter(pk__gt=sealed_upto()).aggregate(batches=Count("pk"), entries=Sum("size"))
    return {
        "batches": held["batches"], "entries": held["entries"] or 0, "open_batches": waiting["batches"],
        "open_entries": waiting["entries"] or 0, "unguarded": append_only.missing(connection, guards.TABLES), "root": last_root(),
    }  # fmt: skip


def last_verified() -> Trail | None:
    """When the whole ledger was last checked on record, and what was found."""
    return Trail.objects.filter(action="ledger.verify").order_by("-pk").first()


def batches() -> QuerySet[Batch]:
    """Batches, last first."""
    return Batch.objects.order_by("-pk")


def doubtful(officer: Officer | None, code: str = "") -> QuerySet[Row]:
    """Rows nobody could put to an entity's account, of the agencies an officer sees, last first."""
    codes_ = [code] if code in WAITING else list(WAITING)
    seen = intake.visible_to(officer).values("pk")
    decided = Decision.objects.filter(delivery=OuterRef("delivery"), row=OuterRef("number"))
    waits = Row.objects.filter(~Exists(decided), outcome="quarantined", data__isnull=False, again=None, delivery__in=seen)
    rows = waits.filter(reasons__0__code__in=codes_)
    return rows.select_related("delivery__agency").order_by("-delivery_id", "number")


def decided_certain(delivery: Delivery) -> set[int]:
    """Rows of a delivery that an officer found to mean the entity their code names."""
    return set(Decision.objects.filter(delivery=delivery, outcome="certain").order_by("row").values_list("row", flat=True))


def tombstones() -> QuerySet[Entry]:
    """Entries that record a disposal, last first."""
    return Entry.objects.filter(act=DISPOSE).select_related("issuer", "refers").order_by("-seq")


def disposals(officer: Officer | None) -> QuerySet[Proceeding]:
    """Disposals proposed by agencies in an officer's scope, last first."""
    return procedure.with_events(procedure.visible_to(officer).filter(kind="disposal")).order_by("-pk")


def redactions(officer: Officer | None) -> QuerySet[Proceeding]:
    """Maskings of words asked for by agencies in an officer's scope, last first."""
    return procedure.with_events(procedure.visible_to(officer).filter(kind="redaction")).order_by("-pk")


def disposed_by(matter: Proceeding) -> list[int]:
    """Records that a matter disposed of."""
    batches = Batch.objects.filter(source="ledger.dispose").order_by("-pk")
    told = ((one, Entry.objects.filter(batch=one).order_by("seq").values_list("refers", "body")) for one in batches.iterator(1))
    return next(([refers for refers, _body in rows] for _one, rows in told if rows[0][1]["matter"] == matter.number), [])


def masked_by(matter: Proceeding) -> list[Entry]:
    """Records a masking is about, as they stand now."""
    marks: dict[str, Any] = next((event.body["marks"] for event in procedure.events_of(matter) if event.act == "ask"), {})
    found = Entry.objects.filter(seq__in=[int(seq) for seq in marks])
    return list(found.select_related("entity", "issuer", "personal", "refers").order_by("seq"))


def maskings() -> QuerySet[Entry]:
    """Entries that record a masking, last first."""
    return Entry.objects.filter(act=REDACT).select_related("issuer", "refers").order_by("-seq")


def taken(delivery: Delivery) -> dict[str, Any]:
    """How far a delivery has come into the ledger."""
    state = Absorption.objects.filter(delivery=delivery).first()
    return {
        "entries": Entry.objects.filter(delivery=delivery, source_row__isnull=False).count(),
        "done": bool(state and state.done),
    }
