"""Writing and verifying a sealed ledger: every seal of twenty million entries recomputed from the database, on SQLite.

Bounds: SM3 of the same bytes in one piece, and the aim of a quarter of a million entries a second on two cores. Figures are
per processor second, so that neighbours on the machine do not count; ranges of batches are verified side by side.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bench._figure import Figure

ENTRIES, BATCH = 20_000_000, 5_000
AT = datetime(2026, 3, 2, 1, 0, 0, 250_000, tzinfo=UTC)
CORES, AIM = 2, 250_000


FACTS = (
    "执法人员于2026年1月5日对当事人经营场所检查时，发现货架上待售的预包装糕点12件已超过保质期，货值144元，违法所得60元；"
    "当事人未能提供该批次的进货查验记录，此前没有同类违法。"
)  # as long as departments write them


def _setup(folder: str) -> None:
    os.environ["HENGJIAN_DATA"] = folder
    os.environ.pop("HENGJIAN_DATABASE_URL", None)
    from hengjian.doors.cli._django import setup

    setup()
    from django.core.management import call_command
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = str(Path(folder) / "ledger.sqlite3")
    call_command("migrate", verbosity=0)


def _draft(number: int, entity: int, code: str, issuer: int) -> dict:
    return {
        "entity_id": entity, "uscc": code, "kind": "penalty", "act": "record", "issuer_id": issuer, "decided": date(2026, 2, 3),
        "effective": date(2026, 2, 3), "document": f"津和市监罚〔2026〕{number}号", "fine_fen": 500_000, "warning_only": False,
        "pack_version": "cn 2026.11 / tianjin 2026.11",
        "body": {"name": "天津示例企业有限公司", "kind_of_penalty": ["03"], "facts": FACTS, "article": "示例法第一条第二款第三项"},
    }  # fmt: skip


def _bulk(texts: list[bytes]) -> float:
    """SM3 of all bytes in one piece, a link of the chain included; entries a processor second."""
    whole = b"".join(text + bytes(64) for text in texts)
    start = time.process_time()
    hashlib.new("sm3", whole).digest()
    return len(texts) / (time.process_time() - start)


def run(scale: float = 1.0) -> list[Figure]:
    size = max(int(ENTRIES * scale), 20_000)
    with tempfile.TemporaryDirectory() as folder:
        _setup(folder)
        from hengjian.ground.kit import uscc
        from hengjian.ground.people.models import Agency
        from hengjian.street.ledger import verifying
        from hengjian.street.ledger.rules import GENESIS, link
        from hengjian.street.ledger.writing import write
        from hengjian.street.register import services as register

        bureau = Agency.objects.create(code="120101", name="天津市和平区市场监督管理局", kind="district-bureau", district="120101")
        firm = register.enter(uscc=uscc.complete("91120101MA9000001"), name="天津示例企业有限公司", at=AT)
        start = time.process_time()
        for first in range(0, size, BATCH):
            write("penalty.record", [_draft(number, firm.pk, firm.uscc, bureau.pk) for number in range(first, first + BATCH)], AT)
        written = size / (time.process_time() - start)
        start = time.process_time()
        verdict = verifying.verify()
        verified = verdict.entries / (time.process_time() - start)
        assert verdict.whole, verdict.first
        texts = [bytes(row[5]) for row in verifying._rows(1, 40)]
        bulk, previous, start = _bulk(texts), GENESIS, time.process_time()
        for text in texts:
            previous = link(previous, text)
        chained = len(texts) / (time.process_time() - start)
    told = f"{size:,} entries"
    return [
        Figure(f"write {told}", round(written), "entries/cpu s", "", None, None, "", True),
        Figure("SM3 chain", round(chained), "entries/cpu s", "SM3 in one piece", round(bulk), round(chained / bulk, 2), ">= 0.55 x", chained >= 0.55 * bulk),
        Figure(
            f"verify {told}, {CORES} cores", round(CORES * verified), "entries/s", "aim", AIM, round(CORES * verified / AIM, 2),
            f">= {AIM:,}/s", CORES * verified >= AIM,
        ),
    ]  # fmt: skip
