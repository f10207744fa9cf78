"""A delivery and its rows. The promise `received = accepted + duplicate + quarantined` is kept by the database."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from hengjian.ground.kit.clock import SHANGHAI


class Delivery(models.Model):
    """One file, or one batch over the API, as a department sent it (报送批次)."""

    STATES = ("held", "stored", "working", "done", "refused")  # held: shown to the officer, not yet confirmed

    kind = models.CharField(max_length=40)  # a record kind of the pack: registration, penalty, …
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    request_key = models.CharField(max_length=80, blank=True)  # Idempotency-Key of an API call
    received_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, default="stored")
    trouble = models.TextField(blank=True)  # why the file as a whole was refused
    layout = models.JSONField(default=dict)  # encoding, delimiter, headings recognised and ignored
    pack_version = models.CharField(max_length=80, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)  # rows in the file, once its end has been read
    upto = models.PositiveIntegerField(default=0)  # row of the file up to which everything is judged and stored
    part = models.FloatField(default=0)  # how much of the file that is, from 0 to 1
    received = models.PositiveIntegerField(default=0)  # rows judged and stored so far
    accepted = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)  # what was counted as rows were stored: tallies.py
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    put_away = models.DateField(null=True, blank=True)  # since when its file is closed: words of it were masked

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(fields=("agency", "kind", "sha256"), name="one_delivery_per_file"),
            models.CheckConstraint(
                condition=Q(received=F("accepted") + F("duplicate") + F("quarantined")), name="every_row_in_one_place"
            ),
            models.CheckConstraint(condition=~Q(state="done") | Q(received=F("total")), name="done_means_all_rows"),
            models.CheckConstraint(
                condition=Q(state__in=("held", "stored", "working", "done", "refused")),
                name="delivery_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.filename}"

    @property
    def received_on(self) -> date:
        """The day it came in, in Tianjin: what a date in the file may not lie after."""
        return self.received_at.astimezone(SHANGHAI).date()

    @property
    def progress(self) -> int:
        """Whole percent of rows judged and stored."""
        if self.state in ("done", "refused"):
            return 100
        return int(100 * self.part)


class Block(models.Model):
    """Accepted rows of one chunk of a file, in its order, and the places of its duplicates. Never changed, but for
    protected fields, which leave once the ledger holds them, and words that are masked in the ledger. See docs/adr/0007-accepted-rows-in-blocks.md."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="blocks")
    first = models.PositiveIntegerField()  # rows of the file this block speaks of
    last = models.PositiveIntegerField()
    accepted = models.TextField()  # row numbers as runs: 2-41,43-82
    duplicate = models.TextField(blank=True)
    duplicate_keys = models.BinaryField()  # natural keys of the duplicates, eight bytes each
    data = models.BinaryField()  # canonical records, one a line, zstd
    personal = models.BinaryField(null=True)  # their protected fields, one a line, zstd

    class Meta:
        constraints = (models.UniqueConstraint(fields=("delivery", "first"), name="one_block_per_chunk"),)

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.first}-{self.last}"


class Key(models.Model):
    """What was accepted under which natural key: two files can never bring the same record in twice."""

    pk = models.CompositePrimaryKey("natural", "content")
    natural = models.BigIntegerField()  # digest of kind and key fields
    content = models.BigIntegerField()  # digest of kind and everything the row says
    delivery_id = models.BigIntegerField()
    number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.number}"


class Row(models.Model):
    """A row that did not go straight in: sent back with reasons, by intake or by a later stop. `number` is its line
    in the file (heading = 1). Rows accepted at once are in blocks; one sent back and taken again is here."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)  # accepted | duplicate | quarantined
    natural = models.BigIntegerField(null=True)  # as in `Key`, of a row that was accepted
    whole = models.BigIntegerField(null=True)  # `Key.content`
    data = models.JSONField(null=True)  # canonical fields of a row that was accepted, protected ones apart
    personal = models.JSONField(null=True)  # protected fields, until the ledger has taken them over
    raw = models.JSONField(null=True)  # original cells
    reasons = models.JSONField(null=True)  # [{code, field, value, says, remedy}]
    again = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+")  # brought it again
    dropped_at = models.DateTimeField(null=True)  # its agency said that it is no record to send: a total, a decision not to punish

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("delivery", "number"), name="one_place_per_row"),
            models.CheckConstraint(
                condition=Q(outcome__in=("accepted", "duplicate", "quarantined")), name="row_outcome_known"
            ),
        )
        indexes = (
            models.Index(fields=("delivery", "number"), condition=Q(outcome="quarantined"), name="rejected_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.number} {self.outcome}"


class Correction(models.Model):
    """A rejected row that came in again, or that its agency let go (no `again`): what became of its cells, by whom and why
    (更正留痕). Never changed, but for words that are masked in the ledger."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=400, blank=True)  # empty where a corrected file was sent
    changes = models.JSONField(default=list)  # [{heading, old, new}]; protected cells say only that they changed
    again = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("delivery", "row", "again"), name="a_row_comes_again_once_a_file"),
            models.CheckConstraint(condition=Q(again__isnull=False) | ~Q(why=""), name="let_go_with_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.row} → {self.again_id}"


class Heading(models.Model):
    """A heading of one agency's own, mapped to a field of a kind (认定的列名). Counts once confirmed, until revoked."""

    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)  # as headings are compared
    written = models.CharField(max_length=100)
    field = models.CharField(max_length=60)
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, related_name="+")  # where it was met first
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=200, blank=True)  # why it was revoked

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agency", "kind", "key"), condition=Q(revoked_at=None), name="a_heading_means_one_field"),
            models.CheckConstraint(condition=Q(revoked_at=None) | ~Q(because=""), name="revoked_with_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.agency_id} {self.kind} {self.written} → {self.field}"
