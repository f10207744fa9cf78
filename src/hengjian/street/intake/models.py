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
    total = models.PositiveIntegerField(null=True, blank=True)  # rows in the file, once it has been read
    received = models.PositiveIntegerField(default=0)  # rows judged and stored so far
    accepted = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

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
        return 100 * self.received // self.total if self.total else 0


class Row(models.Model):
    """One row of a delivery and the one place it ended in. `number` is its line in the sheet (heading = 1)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)  # accepted | duplicate | quarantined
    natural_key = models.CharField(max_length=32, blank=True)  # digest of kind and key fields
    content = models.CharField(max_length=32, blank=True)  # digest of kind and all fields
    data = models.JSONField(null=True)  # canonical fields of an accepted row, protected ones apart
    personal = models.JSONField(null=True)  # protected fields, until the ledger has taken them over
    raw = models.JSONField(null=True)  # original cells of a row that was not accepted
    reasons = models.JSONField(null=True)  # [{code, field, value, says, remedy}]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("delivery", "number"), name="one_place_per_row"),
            models.UniqueConstraint(
                fields=("content",), condition=Q(outcome="accepted"), name="no_record_accepted_twice"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("accepted", "duplicate", "quarantined")), name="row_outcome_known"
            ),
        )
        indexes = (
            models.Index(fields=("natural_key",), condition=Q(outcome="accepted"), name="accepted_by_key"),
            models.Index(fields=("delivery", "number"), condition=Q(outcome="quarantined"), name="rejected_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.number} {self.outcome}"
