"""Entries, the batches that chain them, and the daily roots over the batches. Triggers refuse UPDATE and DELETE,
but for words that go by a sealed record: see redacting.py and disposing.py."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

CLOSING = ("withdrawal", "repair", "end", "correction")  # kinds of entry that close the entry they refer to
LISTS = ("abnormal-list", "serious-list", "red-list")  # kinds of entry that are entries on a list of names
REMARKS = ("objection", "objection-outcome", "reply", "redaction")  # kinds of entry that stand beside the entry they refer to


class KeptText(models.JSONField):
    """JSON kept as it was written (`json`, not `jsonb`, on PostgreSQL): the stored text is what the seal covers."""

    def db_type(self, connection: Any) -> str | None:
        return "json" if connection.vendor == "postgresql" else super().db_type(connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return super().from_db_value(value, expression, connection) if isinstance(value, str) else value


class Batch(models.Model):
    """Entries written in one transaction, chained by SM3. Each batch has its own chain: writers do not queue."""

    opened_at = models.DateTimeField()
    source = models.CharField(max_length=120)  # delivery:12, casework.decide, …
    size = models.PositiveIntegerField()
    chain_head = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"batch {self.pk} ({self.size})"

    @property
    def head(self) -> str:
        return bytes(self.chain_head).hex()


class Entry(models.Model):
    """One credit record (信用记录), or one record about a record (correction, withdrawal, repair, end)."""

    seq = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    uscc = models.CharField(max_length=18)
    kind = models.CharField(max_length=40)
    act = models.CharField(max_length=40)
    issuer = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=120, blank=True)
    decided = models.DateField()
    effective = models.DateField()
    recorded = models.DateTimeField()
    until = models.DateField(null=True)
    fine_fen = models.BigIntegerField(null=True)
    confiscated_fen = models.BigIntegerField(null=True)
    warning_only = models.BooleanField(null=True)
    body = KeptText(default=dict)
    personal_digest = models.BinaryField(max_length=32, null=True)
    salt = models.BinaryField(max_length=12, null=True)  # under the seal; it goes with words that are masked, so that nobody guesses them
    refers = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, null=True, related_name="+")
    source_row = models.PositiveIntegerField(null=True)
    pack_version = models.CharField(max_length=80)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(fields=("batch", "position"), name="one_entry_per_position"),
            models.UniqueConstraint(fields=("delivery", "source_row"), name="one_entry_per_source_row"),
            models.CheckConstraint(
                condition=~Q(kind__in=CLOSING) | Q(refers__isnull=False), name="closing_entry_names_what_it_closes"
            ),
        )
        indexes = (
            models.Index(fields=("uscc", "decided"), name="entries_of_an_entity"),
            # Few of all entries: whoever asks for a whole list must repeat the condition word for word (queries.of_lists).
            models.Index(fields=("kind", "decided"), condition=Q(kind__in=LISTS), name="entries_on_lists"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.uscc}"


class Personal(models.Model):
    """Protected data of natural persons behind an entry. Erasing it leaves the salted digest in the entry."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="personal")
    salt = models.BinaryField(max_length=16, null=True)
    data = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "personal data"
        constraints = (
            models.CheckConstraint(
                condition=Q(erased_at=None, salt__isnull=False) | Q(erased_at__isnull=False, salt=None, data=None),
                name="erased_means_gone",
            ),
        )

    def __str__(self) -> str:
        return f"personal data of {self.entry_id}"


class Absorption(models.Model):
    """Whether a delivery has been taken into the ledger to its last row, so that catching up need not look again."""

    delivery = models.OneToOneField("intake.Delivery", on_delete=models.PROTECT, related_name="+")
    done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.delivery_id} {'done' if self.done else 'open'}"


class Looked(models.Model):
    """The state of the register when rows in doubt were last looked at (one row)."""

    state = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.state


class Decision(models.Model):
    """What an officer decided of a row in doubt, with the reason: it is this entity, or it is not (certain | refused)."""

    delivery = models.ForeignKey("intake.Delivery", on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8)
    because = models.CharField(max_length=400)
    evidence = models.JSONField(default=dict)  # what was shown when it was decided
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("delivery", "row"), name="a_doubt_is_decided_once"),)

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.row} {self.outcome}"


class DailyRoot(models.Model):
    """The Merkle root that seals all batches since the root before it. Published, so that anybody can hold us to it."""

    day = models.DateField(unique=True)
    first_batch = models.BigIntegerField()
    last_batch = models.BigIntegerField()
    batches = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {self.hexed[:16]}"

    @property
    def hexed(self) -> str:
        return bytes(self.root).hex()
