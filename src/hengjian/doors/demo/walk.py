"""One walk down the street: files in, publication out. Each stop says what it did and how long it took."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command

from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import Refusal
from hengjian.ground.people import services as people
from hengjian.ground.people.models import Agency
from hengjian.street.assessment import queries as classes
from hengjian.street.assessment import services as assessment
from hengjian.street.intake import queries as intake_questions
from hengjian.street.intake import services as intake
from hengjian.street.intake.models import Delivery
from hengjian.street.ledger import queries as ledger_questions
from hengjian.street.ledger import services as ledger
from hengjian.street.publication import services as publication
from hengjian.street.publication.models import PublicNotice
from hengjian.street.register import services as register
from hengjian.street.register.models import Entity

from . import accounts, field_work
from .city import DEFAULT_SEED, write_city

COUNTS = ("received", "accepted", "duplicate", "quarantined")
Tell = Callable[[str, str, float], None]


class NotFresh(Refusal):
    """The database holds files that this walk did not bring."""

    code = "not_fresh"


@dataclass(slots=True)
class Report:
    """What happened at each stop. `classes` are those before the inspections, `classes_after` those at the end."""

    entities: int = 0
    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    entries: int = 0
    classes: dict[str, int] = field(default_factory=dict)
    drawn: int = 0
    inspected: int = 0
    classes_after: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    published: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def quota_of(entities: int) -> int:
    """How many are drawn: one in fifty, enough to see every kind of result, few enough for a demonstration."""
    return max(20, min(entities // 50, 300))


def write_files(folder: Path, entities: int, on: date, seed: str = DEFAULT_SEED) -> date:
    """The department files, unless this very city lies there already; returns the day its data end."""
    manifest = folder / "manifest.json"
    if manifest.exists():
        known = json.loads(manifest.read_text(encoding="utf-8"))
        if (known["entities"], known["seed"]) == (entities, seed):
            return date.fromisoformat(known["on"])
        raise NotFresh(
            f"{folder} 中已有另一座演示城市（{known['entities']:,} 户）；请换一个文件夹", folder=str(folder)
        )
    write_city(folder, entities, seed=seed, on=on)
    return on


class Walk:
    """The stops in order. Every one is safe to repeat; a walk broken off is finished by walking again."""

    def __init__(self, folder: Path, on: date, tell: Tell, tolerated: tuple[str, ...] = ()) -> None:
        self.folder, self.on, self.tell, self.tolerated = folder, on, tell, tolerated
        self.report = Report()

    def all(self, entities: int, seed: str = DEFAULT_SEED) -> Report:
        """Files of a city of this size, taken down the whole street. Raises NotFresh."""
        with self.timed("files") as said:
            write_files(self.folder, entities, self.on, seed)
            said.append(f"{entities:,} 户的报送文件")
        for stop in (self.prepare, self.take_in, self.register, self.record, self.classify):
            stop()
        self.draw_and_inspect()
        self.publish()
        return self.report

    @contextmanager
    def timed(self, stop: str) -> Iterator[list[str]]:
        said: list[str] = []
        started = time.perf_counter()
        yield said
        seconds = round(time.perf_counter() - started, 2)
        self.report.seconds[stop] = round(self.report.seconds.get(stop, 0) + seconds, 2)
        self.tell(stop, "；".join(said), seconds)

    def prepare(self) -> None:
        with self.timed("prepare") as said:
            call_command("migrate", verbosity=0, interactive=False)
            said.append(f"{people.establish_agencies()} 个机构")
            said.append(f"{field_work.appoint_inspectors(self.on)} 名检查人员")
            accounts.open_accounts(self.on)

    def take_in(self) -> None:
        with self.timed("intake") as said:
            sheets = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))["sheets"]
            own = {hashlib.sha256((self.folder / sheet["file"]).read_bytes()).hexdigest() for sheet in sheets}
            sent = Delivery.objects.exclude(filename__in=self.tolerated).order_by("pk")
            strange = next((delivery for delivery in sent if delivery.sha256 not in own), None)
            if strange:
                raise NotFresh("数据库中已有其他报送文件，演示数据不能混入；请换一个数据文件夹", found=strange.filename)
            agencies = {agency.code: agency for agency in Agency.objects.order_by("code")}
            for sheet in sheets:
                self._send(sheet, agencies[sheet["agency"]])
            self._count()
            said.append(f"{len(sheets)} 个文件，接收 {self.report.received:,} 行")

    def _send(self, sheet: dict[str, Any], agency: Agency) -> None:
        content = (self.folder / sheet["file"]).read_bytes()
        at = clock.now()
        delivery, _ = intake.receive(
            by=None, agency=agency, kind=sheet["kind"], filename=sheet["file"], chunks=[content], at=at
        )
        intake.process(delivery, at=at)

    def _count(self) -> None:
        """The four counts of all deliveries; later stops may still send rows back."""
        every = intake_questions.finished().values_list(*COUNTS)
        for name, numbers in zip(COUNTS, zip(*every, strict=True), strict=False):
            setattr(self.report, name, sum(numbers))

    def register(self) -> None:
        with self.timed("register") as said:
            register.absorb_due()
            self.report.entities = Entity.objects.count()
            said.append(f"{self.report.entities:,} 户")

    def record(self) -> None:
        with self.timed("ledger") as said:
            ledger.catch_up(clock.now())
            self._count()
            r = self.report
            r.entries = ledger_questions.settled_seq()
            said.append(f"{r.entries:,} 条记录；行数：采用 {r.accepted:,}、重复 {r.duplicate:,}、隔离 {r.quarantined:,}")

    def classify(self) -> None:
        with self.timed("assessment") as said:
            assessment.catch_up(on=self.on)
            self.report.classes = classes.distribution(on=self.on)
            said.append(self._told(self.report.classes))

    def _told(self, counted: dict[str, int]) -> str:
        titles = {item.code: item.title for item in classes.ruleset_of(classes.COLOURS, self.on).classes}
        return "、".join(
            f"{titles[code]} {count:,}（{count / max(1, self.report.entities):.2%}）" for code, count in counted.items()
        )

    def draw_and_inspect(self) -> None:
        wanted = field_work.Wanted(field_work.TITLE, "120000", quota=quota_of(self.report.entities))
        with self.timed("draw") as said:
            draw = field_work.hold_draw(wanted, self.on)
            self.report.drawn = draw.total
            said.append(f"{draw.frame_size:,} 户中抽中 {self.report.drawn:,} 户，每户两名检查人员")
        with self.timed("inspection") as said:
            self.report.inspected = field_work.inspect(draw, self.on)
            field_work.review(draw)
            assessment.catch_up(on=self.on)
            self.report.entries = ledger_questions.settled_seq()
            self.report.classes_after = classes.distribution(on=self.on)
            before, after = self.report.classes, self.report.classes_after
            self.report.changed = sum(abs(after[code] - before[code]) for code in after) // 2
            said.append(f"检查 {self.report.inspected:,} 户；{self._told(after)}")

    def publish(self) -> None:
        with self.timed("publication") as said:
            shown = publication.publish_entities(on=self.on)
            publication.publish_due(on=self.on)
            self.report.published = PublicNotice.objects.count()
            said.append(f"{shown:,} 户、{self.report.published:,} 条公示")
