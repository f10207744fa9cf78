"""Two facts: that a matter was opened, and what was done in it. States and deadlines are derived."""

from __future__ import annotations

from django.db import models


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
    agency = models.ForeignKey("people.Agency", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("people.Officer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    helpers = models.ManyToManyField("people.Officer", blank=True, related_name="+")  # 协办人
    opened = models.DateField()
    closed = models.DateField(null=True, blank=True)
    law_version = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=0)  # events so far; every command names the one it saw

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), name="proceeding_number_unique"),
            models.UniqueConstraint(fields=("kind", "agency", "year", "serial"), name="proceeding_serial_unique"),
            models.CheckConstraint(
                condition=models.Q(closed=None) | models.Q(closed__gte=models.F("opened")),
                name="proceeding_closed_in_order",
            ),
        )
        indexes = (models.Index(fields=("owner", "closed"), name="proceeding_open_of_owner"),)

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
