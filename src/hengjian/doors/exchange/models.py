"""What was sent to whom and what came back. Only added to: the way a peer was told is evidence."""

from __future__ import annotations

from django.db import models


class Push(models.Model):
    """One attempt to tell a peer what changed. The last one that succeeded says how far the peer has read."""

    peer = models.CharField(max_length=40)
    at = models.DateTimeField()
    after = models.BigIntegerField()  # changes above this number …
    through = models.BigIntegerField()  # … up to this one
    gone_through = models.DateField()  # ends of publicity by mere time are told up to this day
    lines = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the body
    ok = models.BooleanField()
    says = models.CharField(max_length=500, blank=True)  # the peer's receipt, or why it failed

    class Meta:
        indexes = (models.Index(fields=("peer", "-id"), name="pushes_of_a_peer"),)

    def __str__(self) -> str:
        return f"{self.peer} {self.after}–{self.through}"


class Answer(models.Model):
    """What a peer says about one line: taken, taken down, or refused and why."""

    peer = models.CharField(max_length=40)
    number = models.CharField(max_length=80)  # the peer's own number of this answer
    entry_seq = models.BigIntegerField()
    outcome = models.CharField(max_length=20)
    says = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("peer", "number"), name="an_answer_is_taken_once"),)
        indexes = (models.Index(fields=("peer", "entry_seq"), name="answers_about_an_entry"),)

    def __str__(self) -> str:
        return f"{self.peer} {self.entry_seq} {self.outcome}"


class Look(models.Model):
    """One look at what a peer shows of a record: the evidence that it is gone there, or still stands."""

    peer = models.CharField(max_length=40)
    entry_seq = models.BigIntegerField()
    at = models.DateTimeField()
    gone = models.BooleanField(null=True)  # empty: nobody answered
    status = models.PositiveSmallIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was shown
    says = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=("entry_seq", "peer", "-id"), name="looks_at_an_entry"),)

    def __str__(self) -> str:
        return f"{self.peer} {self.entry_seq} {self.gone}"
