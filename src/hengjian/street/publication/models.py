"""The public projection. Nothing protected is ever written here, so nothing protected can be read from here."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class PublicEntity(models.Model):
    """What the public sees of one entity (公示主体)."""

    entity = models.OneToOneField("register.Entity", on_delete=models.PROTECT, related_name="+")
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    former_names = models.JSONField(default=list)
    kind = models.CharField(max_length=20)
    entity_type = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20)
    district = models.CharField(max_length=6, blank=True)
    address = models.CharField(max_length=400, blank=True)
    scope_text = models.TextField(blank=True)
    capital_fen = models.BigIntegerField(null=True)
    capital_currency = models.CharField(max_length=3, default="CNY")
    established = models.DateField(null=True)
    industry = models.CharField(max_length=5, blank=True)
    authority = models.CharField(max_length=20, blank=True)
    class_code = models.CharField(max_length=20, blank=True)
    class_on = models.DateField(null=True)
    ruleset = models.CharField(max_length=60, blank=True)
    reasons = models.JSONField(default=list)
    changes = models.JSONField(default=list)  # of the register, last first: [{field, before, after, on}]
    branches = models.JSONField(default=list)  # [{uscc, name, since, until}], ended ones too
    ties = models.PositiveIntegerField(default=0)  # tellings of branches read: whether there are more to read
    change = models.BigIntegerField(default=0)  # number of the copying that wrote this row last: the order of feeds

    class Meta:
        verbose_name_plural = "public entities"
        indexes = (
            models.Index(fields=("change", "uscc"), name="public_by_change"),
            models.Index(fields=("class_code", "uscc"), name="public_by_class"),
            models.Index(fields=("district", "uscc"), name="public_by_district"),
        )

    def __str__(self) -> str:
        return self.name


class PublicNotice(models.Model):
    """One credit record while, and after, it is public (公示信息). `until` is the last day on which it is shown."""

    entry_seq = models.BigIntegerField(unique=True)
    entity = models.ForeignKey("register.Entity", on_delete=models.PROTECT, related_name="+")
    uscc = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    issuer = models.CharField(max_length=80)
    document = models.CharField(max_length=120, blank=True)
    decided = models.DateField()
    due = models.DateField(null=True)  # by when the law wanted it shown
    published_on = models.DateField()
    until = models.DateField(null=True)
    basis = models.JSONField(default=dict)  # articles of start and stop, and the sum of the last day
    body = models.JSONField(default=dict)  # public fields only, masked
    replies = models.JSONField(default=list)  # the firm's own words: [{seq, on, text}], read for natural persons' data
    objection = models.JSONField(default=dict)  # {flagged} while it is verified; then {flagged, outcome, decided, because}
    redacted = models.JSONField(default=list)  # words masked since: [{seq, on, fields, ground}]
    withdrawn_on = models.DateField(null=True)  # first day on which it is no longer shown
    withdrawn_by = models.BigIntegerField(null=True)  # the ledger entry that says so
    withdrawn_kind = models.CharField(max_length=40, blank=True)
    changed_seq = models.BigIntegerField(default=0)  # last ledger entry that published, corrected or closed it

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("published_on")), name="notice_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None)
                | Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False),
                name="notice_withdrawn_by_an_entry",
            ),
        )
        indexes = (
            models.Index(fields=("uscc", "kind", "-decided"), name="notices_of_an_entity"),
            models.Index(fields=("kind", "-published_on", "-entry_seq"), name="notices_newest_first"),
            models.Index(fields=("until",), name="notices_by_last_day"),
            models.Index(fields=("withdrawn_on",), name="notices_by_withdrawal"),
            models.Index(fields=("changed_seq",), name="notices_by_change"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.uscc} {self.published_on}"


class Projection(models.Model):
    """How far the ledger has been read. `version` changes with every change of the projection: caches hang on it."""

    ledger_seq = models.BigIntegerField(default=0)
    entity_change = models.BigIntegerField(default=0)  # how often entities were copied; PublicEntity.change is one of these
    version = models.CharField(max_length=40)
    as_of = models.DateField(null=True)
    pack_version = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.version


class Consent(models.Model):
    """What a firm lets a bank read of it, and until when (企业授权). Given and taken back by the firm alone; never changed."""

    uscc = models.CharField(max_length=18)
    recipient_uscc = models.CharField(max_length=18, db_index=True)
    recipient = models.CharField(max_length=200)
    scopes = models.JSONField()  # codes of the catalogue consent-scopes
    since = models.DateField()
    until = models.DateField()  # last day on which it holds
    given_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    revoked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="consent_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="consent_revoked_by_somebody",
            ),
        )
        indexes = (models.Index(fields=("uscc", "-id"), name="consents_of_a_firm"),)

    def __str__(self) -> str:
        return f"{self.uscc} → {self.recipient_uscc} {self.since}–{self.until}"


class Comparison(models.Model):
    """One file made for a bank (银行比对): how many firms were asked about, how many had consented, what was given."""

    at = models.DateTimeField()
    on = models.DateField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, related_name="+")
    recipient_uscc = models.CharField(max_length=18)
    purpose = models.CharField(max_length=200)
    asked = models.PositiveIntegerField()
    given = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SM3 of the file

    def __str__(self) -> str:
        return f"{self.recipient_uscc} {self.given}/{self.asked}"


class Disclosure(models.Model):
    """That a file for a bank told something of a firm, under which consent: the firm reads it at the counter."""

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="disclosures")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="disclosures")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("comparison", "consent"), name="disclosed_once_in_a_file"),)

    def __str__(self) -> str:
        return f"{self.comparison_id} {self.consent_id}"
