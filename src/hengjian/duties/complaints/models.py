"""One filing of a citizen, the matters it became, who it was (apart and concealed), and where it was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Filing(models.Model):
    """What somebody filed once (投诉、举报登记). It becomes a complaint, a report, or both: see `Track`.

    `text` may name people: only handlers in scope read it, and retention disposes of it. Who filed stands in `Person` alone.
    """

    number = models.CharField(max_length=30, unique=True)  # told on the receipt
    salt = models.CharField(max_length=32)  # of the query code, which is told once and kept as a digest
    code = models.CharField(max_length=64)
    source = models.CharField(max_length=12)  # portal | operator | 12345 | 12315
    reference = models.CharField(max_length=60, blank=True, db_index=True)  # number of the work order where it came from
    channel = models.CharField(max_length=20)  # catalogue complaint-channels
    dispatched_at = models.DateTimeField(null=True, blank=True)  # when a hotline sent it to us; its own clock of acceptance
    signed_at = models.DateTimeField(null=True, blank=True)  # when we signed for it (签收)
    received = models.DateField(db_index=True)  # the law of this day governs, whatever happens later
    received_at = models.DateTimeField()
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")  # where it lies now
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    firm_name = models.CharField(max_length=200, blank=True, db_index=True)  # as told, or as registered
    firm = models.JSONField(default=dict, blank=True)  # what else was told: {uscc, licence, shop, url, address, unfound}
    district = models.CharField(max_length=6, blank=True)
    street = models.CharField(max_length=12, blank=True)
    category = models.CharField(max_length=20, blank=True, db_index=True)  # official category, confirmed or as told
    goods = models.CharField(max_length=120, blank=True)
    happened = models.DateField(null=True, blank=True)
    amount_fen = models.BigIntegerField(null=True, blank=True)
    requests = models.JSONField(default=list, blank=True)  # catalogue complaint-requests
    text = models.TextField(blank=True)
    may_publish = models.BooleanField(default=False)  # agrees that the complaint is published without their name
    may_delegate = models.BooleanField(default=False)  # agrees to delegated mediation
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the contact was confirmed by a code
    slow = models.BooleanField(default=False)  # proved by an easy question instead of work: looked at before it counts as contact
    disposed = models.DateField(null=True, blank=True)  # text, messages and person are gone

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "reference"), condition=~Q(reference=""), name="one_filing_per_work_order"),
        )
        indexes = (
            models.Index(fields=("entity", "received"), name="filings_about_a_firm"),
            models.Index(fields=("agency", "received"), name="filings_of_an_agency"),
        )

    def __str__(self) -> str:
        return self.number


class Person(models.Model):
    """Who filed (投诉人、举报人): concealed; read by handlers in scope for a reason, each reading in the audit."""

    filing = models.OneToOneField(Filing, on_delete=models.PROTECT, related_name="person")
    concealed = models.TextField(blank=True)  # {name, phone, address, id_type, id_no, insider}; empty once erased
    # Keyed digests: the same phone, address or identity number twice is seen without being read.
    phone_mark = models.CharField(max_length=64, blank=True, db_index=True)
    address_mark = models.CharField(max_length=64, blank=True, db_index=True)
    identity_mark = models.CharField(max_length=64, blank=True, db_index=True)
    named = models.BooleanField(default=True)  # a real name was given (实名)

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return f"{self.filing_id}"


class Track(models.Model):
    """One matter of a filing, with its own clocks: withdrawing one never ends another (投诉、举报分别处理)."""

    KINDS = ("complaint", "report", "report-advertising", "odr", "reward")

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="tracks")
    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey("procedure.Proceeding", on_delete=models.PROTECT, null=True, blank=True, related_name="+")  # 诉转案
    # What lists are selected by; each follows from the events and the calendar, and `services.settle` says it again.
    state = models.CharField(max_length=40)
    clock = models.CharField(max_length=40, blank=True)
    due = models.DateField(null=True, blank=True)
    open = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("filing", "kind"), name="one_track_of_a_kind"),)
        indexes = (
            models.Index(fields=("open", "due"), name="tracks_by_deadline"),
            models.Index(fields=("agency", "open", "due"), name="tracks_of_an_agency"),
            models.Index(fields=("kind", "open", "state"), name="tracks_by_state"),
        )

    def __str__(self) -> str:
        return f"{self.filing_id} {self.kind}"


class Dispatch(models.Model):
    """A filing went from one agency to another, or came back (分送、退回、移送): each with a lawful reason."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="dispatches")
    position = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=12)  # dispatch | return | transfer
    sender = models.ForeignKey("people.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    receiver = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    reason = models.CharField(max_length=20, blank=True)  # catalogue dispatch-reasons
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("filing", "position")
        constraints = (
            models.UniqueConstraint(fields=("filing", "position"), name="dispatch_position_unique"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="dispatch_between_two"),
        )

    def __str__(self) -> str:
        return f"{self.filing_id}#{self.position} {self.way}"


class Message(models.Model):
    """What one side wrote to another in a filing (往来). Emptied with the filing."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="messages")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    side = models.CharField(max_length=8)  # citizen | bureau | firm
    text = models.TextField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("filing", "pk")

    def __str__(self) -> str:
        return f"{self.filing_id} {self.side}"


class Outgoing(models.Model):
    """Something to be told by text message: kept until the configured sender has taken it (待发短信)."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    purpose = models.CharField(max_length=20)  # confirm | notice
    concealed = models.TextField(blank=True)  # {to, text}
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """A wrong query code, or a code asked for: counted for an hour, known by a keyed digest only."""

    mark = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (models.Index(fields=("mark", "at"), name="attempts_of_one"),)

    def __str__(self) -> str:
        return f"{self.mark[:8]} {self.at:%Y-%m-%d %H:%M}"


class Draft(models.Model):
    """A filing not yet sent: found by the cookie of its browser, concealed, removed after its days (草稿)."""

    key = models.CharField(max_length=64, unique=True)  # digest of what the cookie holds
    concealed = models.TextField()
    updated = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.updated:%Y-%m-%d %H:%M}"


class OdrUnit(models.Model):
    """A firm that promised to answer consumers first (在线消费纠纷解决单位)."""

    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    proceeding = models.OneToOneField("procedure.Proceeding", on_delete=models.PROTECT, related_name="+")
    applied = models.DateField()
    joined = models.DateField(null=True, blank=True)
    left = models.DateField(null=True, blank=True)  # asked to leave, or was asked to

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("entity",), condition=Q(left=None), name="one_odr_membership_at_a_time"),
            models.CheckConstraint(condition=Q(left=None) | Q(left__gte=F("applied")), name="odr_unit_left_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.entity_id}"


class SerialReview(models.Model):
    """A person's decision about a claimant whom the declared rule points at. The rule alone decides nothing."""

    mark = models.CharField(max_length=64, db_index=True)  # keyed digest of the contact
    signals = models.JSONField(default=list)  # catalogue non-consumer-factors, with the counts behind them
    opened = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided = models.DateField(null=True, blank=True)
    serial = models.BooleanField(null=True)  # null: not decided
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("mark",), condition=Q(decided=None), name="one_open_review_of_a_claimant"),
        )

    def __str__(self) -> str:
        return f"{self.mark[:8]} {self.opened}"


class Import(models.Model):
    """A file or call of work orders that was taken in (工单导入): the same one twice changes nothing."""

    source = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # [{row, reference, why}]

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d %H:%M}"


# What is seen over many filings. Every row here follows from filings and events, or is a person's recorded decision about them.


class Measured(models.Model):
    """One clock of a track as its events have it, or its end; rates and distributions are sums over these rows.

    Kept because a year of matters cannot be counted anew for every page: `measuring.refresh` says each row again when the
    matter got an event or the law changed, so nothing counts a day in between.
    """

    ENDED = "closed"  # the row that tells how a track ended

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="measured")
    clock = models.CharField(max_length=40)
    began = models.DateField()
    due = models.DateField(null=True, blank=True)
    met = models.DateField(null=True, blank=True)  # the day on which it stopped
    outcome = models.CharField(max_length=60, blank=True)  # of an ended track: state, and the ground where there is one
    recovered_fen = models.BigIntegerField(null=True, blank=True)  # of an ended track: what the consumer got back
    version = models.PositiveIntegerField()  # of the matter when this was said
    law = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("track", "clock"), name="one_measure_of_a_clock"),)
        indexes = (
            models.Index(fields=("clock", "due"), name="measures_by_due_day"),
            models.Index(fields=("clock", "met"), name="measures_by_end"),
        )

    def __str__(self) -> str:
        return f"{self.track_id} {self.clock}"


class Sorting(models.Model):
    """The category proposed for a filing with its reasons, and what an officer made of it (分类建议与确认)."""

    filing = models.OneToOneField(Filing, on_delete=models.CASCADE, related_name="sorting")
    proposed = models.CharField(max_length=20, blank=True)
    sure = models.FloatField(default=0)
    words = models.JSONField(default=list)
    risks = models.JSONField(default=list)  # codes of catalogue complaint-risk-words
    confirmed = models.CharField(max_length=20, blank=True, db_index=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.filing_id} {self.confirmed or self.proposed}"


class CallBack(models.Model):
    """A citizen was asked how it went (回访)."""

    ANSWERS = ("satisfied", "fair", "dissatisfied", "unreached")

    track = models.OneToOneField(Track, on_delete=models.PROTECT, related_name="call_back")
    on = models.DateField(db_index=True)
    answer = models.CharField(max_length=12)
    words = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")  # null: the citizen

    def __str__(self) -> str:
        return f"{self.track_id} {self.answer}"


class Recheck(models.Model):
    """A random sample of closed matters looked at again (办结质量抽检): what it was drawn from, by which seed."""

    since = models.DateField()
    until = models.DateField()
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    frame = models.CharField(max_length=64)  # digest of the numbers it was drawn from, in order
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    drawn = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        # Drawn once: a sample that does not please is not drawn again.
        constraints = (models.UniqueConstraint(fields=("agency", "since", "until"), name="one_sample_of_a_period"),)

    def __str__(self) -> str:
        return f"{self.since}–{self.until} {self.agency_id}"


class Rechecked(models.Model):
    """One matter of a sample and what the second reading found."""

    recheck = models.ForeignKey(Recheck, on_delete=models.PROTECT, related_name="matters")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    faults = models.JSONField(null=True, blank=True)  # catalogue complaint-faults; [] is in order, null is not looked at
    words = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("recheck", "track"), name="one_reading_of_a_matter"),)

    def __str__(self) -> str:
        return f"{self.recheck_id}#{self.position}"


class Disclosure(models.Model):
    """What the public may read of an ended complaint (投诉信息公示), or why it may not. No word of the citizen's is in it."""

    track = models.OneToOneField(Track, on_delete=models.PROTECT, related_name="disclosure")
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed = models.DateField()
    held = models.CharField(max_length=20, blank=True)  # catalogue complaint-no-publish-grounds; empty: to be published
    because = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    told = models.DateField(null=True, blank=True)  # the firm was told and may object
    objection = models.CharField(max_length=400, blank=True)
    objected = models.DateField(null=True, blank=True)
    upheld = models.BooleanField(null=True)  # the objection; null: not decided
    reply = models.CharField(max_length=400, blank=True)  # the firm's words, printed beside it
    since = models.DateField(null=True, blank=True, db_index=True)  # first day on which it is public
    until = models.DateField(null=True, blank=True)  # last day
    withdrawn = models.DateField(null=True, blank=True)  # first day on which it no longer is

    class Meta:
        indexes = (models.Index(fields=("entity", "since"), name="disclosures_of_a_firm"),)

    def __str__(self) -> str:
        return f"{self.track_id} {self.held or self.since}"


class Spot(models.Model):
    """A place that stood out on a day (热点), and what somebody decided about it."""

    on = models.DateField()
    kind = models.CharField(max_length=10)  # firm | street | goods | category
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    seen = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    expected = models.FloatField()
    chance = models.FloatField()
    outcome = models.CharField(max_length=10, blank=True)  # lead | draw | warning | nothing; empty: not decided
    because = models.CharField(max_length=400, blank=True)
    decided = models.DateField(null=True, blank=True)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lead = models.ForeignKey("procedure.Proceeding", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            # While a spot is undecided, the same place is not named again.
            models.UniqueConstraint(fields=("kind", "key"), condition=Q(outcome=""), name="one_open_spot_of_a_place"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.on}"

    @property
    def times(self) -> float:
        """How many times the expected number; 0 where nothing was expected."""
        return self.seen / self.expected if self.expected else 0.0

    @property
    def odds(self) -> str:
        """The chance as people read it."""
        return f"{self.chance:.4f}" if self.chance >= 0.0001 else "< 0.0001"


class Alert(models.Model):
    """What consumers are warned of (消费警示、消费提示)."""

    title = models.CharField(max_length=120)
    text = models.TextField()
    category = models.CharField(max_length=20, blank=True)
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    published = models.DateField(null=True, blank=True, db_index=True)
    approved_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(by=F("approved_by")), name="alert_approved_by_another"),)

    def __str__(self) -> str:
        return self.title
