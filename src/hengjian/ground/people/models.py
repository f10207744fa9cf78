"""Agencies form a tree; officers hold posts in them; posts carry powers."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """Somebody who can sign in: an officer, a representative of a firm, or an outside auditor."""


class Agency(models.Model):
    """A department, a bureau, or an office of one (机构、派出机构). `code` is what files and adverts name."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)  # department | city-bureau | district-bureau | office | court
    parent = models.ForeignKey("people.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    district = models.CharField(max_length=6, blank=True)  # GB/T 2260; empty for city-wide agencies
    path = models.CharField(max_length=120, db_index=True)  # codes from the root down, joined by "/"

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.path = f"{self.parent.path}/{self.code}" if self.parent else self.code
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Officer(models.Model):
    """A person in service of an agency (执法人员、工作人员)."""

    SCOPES = ("own", "unit", "below", "district", "city", "custom")

    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=10, default="unit")
    scope_units = models.ManyToManyField(Agency, blank=True, related_name="+")
    former_employers = models.JSONField(default=list, blank=True)  # credit codes; recusal in draws
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(scope__in=("own", "unit", "below", "district", "city", "custom")),
                name="officer_scope_known",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Holding(models.Model):
    """An officer holds a post from one day until another (任职)."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="holdings")
    post = models.CharField(max_length=40)
    since = models.DateField(default=date(2000, 1, 1))
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("officer", "post", "since"), name="one_holding_per_post_and_day"),
        )

    def __str__(self) -> str:
        return f"{self.officer_id}:{self.post}"


class Certificate(models.Model):
    """A certificate to enforce the law or to inspect a field (行政执法证、专业资格). Without one nobody is drawn."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=30, default="enforcement")
    fields = models.JSONField(default=list, blank=True)  # inspection fields this certificate qualifies for
    since = models.DateField()
    until = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="certificate_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        return self.number


class Representative(models.Model):
    """A person who acts for a market entity at the counter (企业办事人); the same person may act for several."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uscc = models.CharField(max_length=18, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "uscc"), name="represents_a_firm_once"),)

    def __str__(self) -> str:
        return self.uscc
