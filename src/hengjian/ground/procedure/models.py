"""Two facts: that a matter was opened, and what was done in it. States and deadlines are derived."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce


class Counter(models.Model):
    """The last number given by an agency in a year for one kind of matter."""

    kind = models.CharField(max_length=40)
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "agency", "year"), name="one_counter_per_agency_year"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Proceeding(models.Model):
    """One matter (案卷、任务), from its opening to its last act."""

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    serial = models.PositiveIntegerField()  # running number within agency and year
    year = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=40, blank=True, db_index=True)  # credit code, or a house's own reference
    title = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")  # where it lies now
    # Where it was opened and numbered, once it was sent elsewhere.
    opener = models.ForeignKey("people.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    helpers = models.ManyToManyField("people.Officer", blank=True, related_name="+")  # 协办人
    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)
    law_version = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=0)  # events so far; every command names the one it saw
    awaits = models.CharField(max_length=60, blank=True)  # the power whose holders must act next, if not the owner

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), name="proceeding_number_unique"),
            models.UniqueConstraint(
                "kind", Coalesce("opener", "agency"), "year", "serial", name="proceeding_serial_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(closed=None) | models.Q(closed__gte=models.F("opened")),
                name="proceeding_closed_in_order",
            ),
        )
        indexes = (
            models.Index(fields=("owner", "closed"), name="proceeding_open_of_owner"),
            models.Index(fields=("awaits", "closed"), name="proceeding_awaits"),
        )

    def __str__(self) -> str:
        return self.number


class Event(models.Model):
    """One act done in a proceeding. Never changed: database triggers refuse it (migration 0002)."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField()  # 1 is the opening
    act = models.CharField(max_length=40)
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    second = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    body = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("proceeding", "position")
        constraints = (models.UniqueConstraint(fields=("proceeding", "position"), name="event_position_unique"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}#{self.position} {self.act}"


class Party(models.Model):
    """Somebody with a part in a matter (当事人、代理人). Names stand here alone; the chain holds a salted digest, so that
    a person's data can be erased without breaking the record."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="parties")
    position = models.PositiveIntegerField()  # of the event by which they joined
    role = models.CharField(max_length=40)
    person = models.BooleanField(default=False)  # a natural person
    name = models.CharField(max_length=200)  # as long as a name of the register
    uscc = models.CharField(max_length=18, blank=True)
    id_number = models.CharField(max_length=30, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=400, blank=True)  # where papers are served
    duty = models.CharField(max_length=60, blank=True)  # 职务
    represents = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.CharField(max_length=32)
    joined = models.DateField()
    left = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("proceeding", "position")
        constraints = (models.UniqueConstraint(fields=("proceeding", "position"), name="party_of_one_event"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.role}"


class Attachment(models.Model):
    """A file of the matter, kept under its digest in the data folder (附件、证据材料)."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="attachments")
    position = models.PositiveIntegerField()  # of the event by which it came
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    received = models.DateTimeField()
    by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("proceeding", "position")
        constraints = (models.UniqueConstraint(fields=("proceeding", "sha256"), name="attachment_once_per_matter"),)

    def __str__(self) -> str:
        return self.sha256[:12]


class Paper(models.Model):
    """A form issued by an act, with its number (文书). A paper of an undone act keeps its number and is void."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="papers")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    number = models.CharField(max_length=80, blank=True)
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(null=True)  # empty for forms that carry no number
    on = models.DateField()
    voided = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("proceeding", "pk")
        constraints = (
            models.UniqueConstraint(fields=("event", "form"), name="paper_once_per_act"),
            models.UniqueConstraint(fields=("form", "agency", "year", "serial"), name="paper_serial_unique"),
        )

    def __str__(self) -> str:
        return self.number or self.form


class Errand(models.Model):
    """Something one officer asks of another in a matter (交办事项)."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="errands")
    position = models.PositiveIntegerField()
    to = models.ForeignKey("people.Officer", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=400)
    due = models.DateField(null=True, blank=True)
    done = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("due", "pk")
        indexes = (models.Index(fields=("to", "done"), name="errand_open_of_officer"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.what[:20]}"


class CalendarRead(models.Model):
    """A working-day calendar that running deadlines were counted with; a new row when a notice changes it."""

    calendar = models.JSONField()  # {years, off: {day: name}, worked: {day: name}}
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{max(self.calendar['years'], default=0)} @ {self.at:%Y-%m-%d}"


class Shifted(models.Model):
    """A deadline that an announced calendar moved or settled, until the owner has taken note (期限变动提示)."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="shifts")
    read = models.ForeignKey(CalendarRead, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    before = models.DateField()
    after = models.DateField()
    seen_by = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("after", "pk")
        constraints = (models.UniqueConstraint(fields=("read", "proceeding", "clock"), name="shift_told_once"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.clock}: {self.before} → {self.after}"
