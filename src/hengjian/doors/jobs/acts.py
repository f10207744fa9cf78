"""What each job does: one pulling service, and a line that says what came of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from hengjian.doors.exchange import repairs, sending
from hengjian.duties.complaints import keeping, watching
from hengjian.duties.filing import services as filing
from hengjian.ground import audit
from hengjian.ground.audit import services as trail
from hengjian.ground.procedure import recounting
from hengjian.ground.warehouse.mirror import MirrorBroken
from hengjian.street.assessment import frames
from hengjian.street.assessment import services as assessment
from hengjian.street.inspection import risk
from hengjian.street.intake import folders
from hengjian.street.intake import services as intake
from hengjian.street.ledger import queries as ledger_questions
from hengjian.street.ledger import scrubbing
from hengjian.street.ledger import services as ledger
from hengjian.street.listing import services as listing
from hengjian.street.publication import services as publication
from hengjian.street.register import services as register
from hengjian.street.repair import effects


def watch_folder(on: date, at: datetime) -> str:
    if not settings.INTAKE_FOLDER:
        return "没有设置收取文件夹"
    took = folders.take_due(Path(settings.INTAKE_FOLDER), at=at)
    return f"{sum(one.delivery is not None for one in took)} 个文件收取，{sum(bool(one.trouble) for one in took)} 个退回"


def resume_intake(on: date, at: datetime) -> str:
    return f"{intake.catch_up(at)} 个文件继续处理"


def supervise_filing(on: date, at: datetime) -> str:
    raised, frozen = filing.supervise(on, at)
    return f"{raised} 个来源静默告警，冻结 {frozen} 份月报"


def keep_complaints(on: date, at: datetime) -> str:
    expired, moved, disposed, drafts = keeping.keep(on, at)
    return f"{expired} 件和解逾期转为投诉，{moved} 个期限重述，{disposed} 件个人信息和 {drafts} 份草稿到期销毁"


def send_messages(on: date, at: datetime) -> str:
    return f"{keeping.send(on, at)} 条短信交出"


def watch_complaints(on: date, at: datetime) -> str:
    measured, proposed, spots, rows = watching.look(on)
    return f"{measured} 件计时，{proposed} 件建议分类，{spots} 个新热点，{rows} 件告知公示"


def report_risk(on: date, at: datetime) -> str:
    report = risk.report_quarter(on=on, at=at)
    return f"{report.since.isoformat()} 起的季度报告" if report else "没有可以报告的季度"


def absorb_registrations(on: date, at: datetime) -> str:
    return f"{register.absorb_due()} 个登记文件"


def absorb_records(on: date, at: datetime) -> str:
    done = ledger.catch_up(at)
    return f"{done.entries:,} 条入账，{done.sent_back:,} 条退回"


def classify(on: date, at: datetime) -> str:
    runs = assessment.catch_up(on=on)
    return "；".join(f"{run.ruleset} {run.entities:,} 户，{run.changed:,} 户变动" for run in runs) or "没有变化"


def settle_lists(on: date, at: datetime) -> str:
    return f"{listing.settle_due(on=on, at=at):,} 件名单和约束归档"


def publish(on: date, at: datetime) -> str:
    outcome = publication.publish_due(on=on)
    return f"公示 {outcome.published:,} 条，撤下 {outcome.withdrawn:,} 条"


def show_entities(on: date, at: datetime) -> str:
    return f"{publication.publish_entities(on=on):,} 户"


def expire(on: date, at: datetime) -> str:
    return f"{publication.expire_due(on=on):,} 条已过公示期"


def push_peers(on: date, at: datetime) -> str:
    made = sending.push_due(on=on, at=at)
    taken = [push for push in made if push.ok]
    return f"{sum(push.lines for push in taken):,} 条得到回执，{len(made) - len(taken)} 次没有得到"


def settle_repairs(on: date, at: datetime) -> str:
    return f"{effects.settle(at=at)} 件修复已停止公示"


def look_at_peers(on: date, at: datetime) -> str:
    seen = list(repairs.look_due(on=on, at=at))
    return f"查看 {len(seen)} 条，{sum(bool(one.gone) for one in seen)} 条已见撤下"


def follow_calendar(on: date, at: datetime) -> str:
    return f"{len(recounting.recount(at)):,} 个期限变动，已提示承办人"


def seal_days(on: date, at: datetime) -> str:
    """One root for each day that is over and has none yet, missed days included."""
    last = ledger_questions.last_root()
    yesterday = on - timedelta(days=1)
    day = last.day + timedelta(days=1) if last else yesterday
    sealed = 0
    while day <= yesterday:
        sealed += ledger.seal_day(on=day, at=at) is not None
        day += timedelta(days=1)
    return f"{sealed} 天封存"


def scrub_files(on: date, at: datetime) -> str:
    """Words that were masked or disposed of leave the files of the database, too."""
    return "文件已重写，不留已去的文字" if scrubbing.scrub(at=at) else "没有要清除的"


def seal_trail(on: date, at: datetime) -> str:
    made = trail.seal(at=at)
    return f"{made.lines:,} 行审计记录封存" if made else "没有新的审计记录"


def compact_mirror(on: date, at: datetime) -> str:
    frames.refresh()
    now = frames.mirror().compact()
    return f"{now.rows('facts'):,} 条记录、{now.rows('entities'):,} 户"


def check_mirror(on: date, at: datetime) -> str:
    """Compare the mirror with the database; rebuild it where they differ, and say so in the audit."""
    try:
        found = frames.reconcile()
    except MirrorBroken as broken:
        found = {"agrees": False, "fault": str(broken)}
    if found["agrees"]:
        return "镜像与台账一致"
    frames.rebuild()
    audit.record("warehouse.rebuild", "mirror", actor="jobs", found=found)
    return "镜像与台账不一致，已重建"
