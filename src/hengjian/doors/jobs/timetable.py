"""The timetable: what runs by the clock, how often, why, and what it never decides.

A deadline is a function of events, law and calendar, worked out whenever somebody asks. So a night without
this process changes no deadline; it only shows or takes in things later than they could have been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import acts

DAY = timedelta(days=1)
Run = Callable[[date, datetime], str]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. A daily job runs once on each calendar day, as early as it can."""

    name: str
    title: str
    run: Run
    every: timedelta
    why: str
    never: str

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        """Whether it should run: never run, its time has passed (however long ago), or the clock was set back."""
        if last is None or last > now:
            return True
        if self.every == DAY:
            return last.astimezone(now.tzinfo).date() < now.date()
        return now - last >= self.every

    @property
    def often(self) -> str:
        return "every day" if self.every == DAY else f"every {int(self.every.total_seconds()) // 60} minutes"


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


# In the order of the street: one pass takes a file from its arrival to the public page.
TIMETABLE = (
    Job("folder", "收取文件夹", acts.watch_folder, _minutes(1),
        "files that agencies' systems lay down come in once, with a receipt", "which row is accepted: the contract of the record does"),
    Job("intake", "续办中断的报送", acts.resume_intake, _minutes(1),
        "a file whose judging was cut off is finished", "which row is accepted: the contract of the record does"),
    Job("register", "登记信息入库", acts.absorb_registrations, _minutes(1),
        "accepted registrations reach the register", "who an entity is: the credit code does"),
    Job("ledger", "信用信息入账", acts.absorb_records, _minutes(1),
        "accepted records reach the ledger; doubts are looked at again", "a record by its name alone"),
    Job("classify", "信用分类", acts.classify, _minutes(5),
        "classes follow the records, and the day: records lapse and rules change at midnight",
        "a class: the rules do, and any past day can be asked again"),
    Job("lists", "名单期满与自动移出归档", acts.settle_lists, _minutes(5),
        "what time or a black record has ended is put on file: terms that are over, red entries, requests without a cause",
        "when a listing or a lock ends: every page and answer asks the day"),
    Job("publish", "到期公示与撤下", acts.publish, _minutes(5),
        "decisions are shown within their term and withdrawn at once", "how long something is public: every page asks the day"),
    Job("entities", "公示主体概况", acts.show_entities, _minutes(5),
        "the public page shows the register and the class of today", "what is public of an entity: the projection does"),
    Job("expire", "公示期满", acts.expire, DAY,
        "no cache outlives the last public day", "the last public day: hidden from its end without this job"),
    Job("exchange", "推送交换对象", acts.push_peers, _minutes(5),
        "peers are told what is public now and what no longer is, again and again until they confirm",
        "what is public: the projection is; the day a peer must have it: the law does"),
    Job("repair", "修复后停止公示", acts.settle_repairs, _minutes(5),
        "the matter of a granted repair says since when the public no longer sees its record", "whether it is hidden: the projection shows that"),
    Job("look", "查看交换对象是否已撤下", acts.look_at_peers, _minutes(5),
        "a repaired record is seen gone on the other site, not only confirmed", "the day a site must have followed: the law does"),
    Job("calendar", "期限随日历公告变动的提示", acts.follow_calendar, DAY,
        "owners are told when an announced calendar moves or settles their running deadlines",
        "a deadline: the next look shows the new day without it"),
    Job("filing", "信息归集督查", acts.supervise_filing, DAY,
        "a source that fell silent is noticed, and the figures of a month that is over are frozen",
        "whether a source is silent or a row late: every page asks the days again"),
    Job("complaints", "投诉举报到期事项", acts.keep_complaints, DAY,
        "what no firm settled in time becomes a complaint, and personal data go when their days are over",
        "a deadline: counted from events; a dispute that ran out became a complaint on its own day, however late this runs"),
    Job("complaints-send", "投诉举报短信", acts.send_messages, _minutes(1),
        "citizens hear that something happened", "what is told: it stands on the page behind number and code"),
    Job("complaints-watch", "投诉举报研判", acts.watch_complaints, DAY,
        "places that stand out are named, categories proposed, firms told of what will be published",
        "a category, a lead, a warning: people decide; what is late: every page asks the day"),
    Job("seal-ledger", "台账当日总封", acts.seal_days, DAY,
        "one root over all batches of each day that is over", "what an entry says: sealed as it was written"),
    Job("risk-report", "评分季度审计", acts.report_risk, DAY,
        "once a quarter is over, what it says of the risk score is written down and stays",
        "who is inspected: lots do; the report only tells what a score was worth"),
    Job("scrub", "清除已去文字的残留", acts.scrub_files, DAY,
        "masked words leave the files of the database within a day, not only its tables", "what is masked: two officers do"),
    Job("seal-audit", "审计记录封存", acts.seal_trail, DAY,
        "a line taken out of the trail is missed", "who may see the trail"),
    Job("compact", "整理列存镜像", acts.compact_mirror, DAY,
        "small files become one, so that a city is classified quickly", "anything: the database is the source of truth"),
    Job("check-mirror", "核对列存镜像", acts.check_mirror, DAY,
        "a mirror that differs from the database is built again", "which of the two is right: the database is"),
)  # fmt: skip


def named(name: str) -> Job | None:
    return next((job for job in TIMETABLE if job.name == name), None)


def page() -> str:
    """docs/timetable.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "<!-- Made from the code by `hengjian jobs --page docs/timetable.md`; do not edit. -->"
    yield "# Timetable\n"
    yield "What `hengjian jobs` does by itself, in this order. One process at a time; a job that fails is written down and"
    yield "tried again when it is next due; what was missed while the process was away is done at the next start."
    yield "Every job may be run twice.\n"
    yield "**No job counts a deadline.** Deadlines are worked out from events, law and calendar when they are asked for:"
    yield "ten days without this process change none of them (`tests/doors/jobs/test_ten_days_without_jobs.py`).\n"
    yield "| job | 名称 | runs | why | what it never decides |"
    yield "|---|---|---|---|---|"
    for job in TIMETABLE:
        yield f"| `{job.name}` | {job.title} | {job.often} | {job.why} | {job.never} |"
