"""One demonstration login for every kind of person who works with the platform; citizens need none."""

from __future__ import annotations

from typing import NamedTuple

PASSWORD = "hengjian-demo-2026"
DISTRICT = "120119"


class Account(NamedTuple):
    """An officer's login. `comes_for` is what the home page shows this person."""

    user: str
    name: str
    post: str
    agency: str
    scope: str
    comes_for: str


ACCOUNTS = (
    Account("demo-filing", "演示归集员", "filing-clerk", "120000-ecology", "unit", "upload a file, see rejected rows"),
    Account("demo-register", "演示登记员", "register-officer", DISTRICT, "district", "look firms up, see their records"),
    Account("demo-draw", "演示抽查员", "draw-officer", DISTRICT, "below", "hold a draw: a plan is waiting"),
    Account("demo-inspector", "演示检查员", "inspector", DISTRICT, "unit", "today's visits, one form each"),
    Account("demo-case", "演示办案员", "case-officer", DISTRICT, "unit", "a lead to verify, records and results of the district"),
    Account("demo-complaint", "演示投诉举报承办人", "complaint-officer", DISTRICT, "unit", "records of the district"),
    Account("demo-repair", "演示信用修复承办人", "repair-officer", DISTRICT, "unit", "applications for repair: accept, verify, propose"),
    Account("demo-leader", "演示负责人", "leader", DISTRICT, "district", "what the district has, what is late"),
    Account("demo-supervision", "演示监督员", "supervision-officer", "120000", "city", "publication and its days"),
    Account("demo-legal", "演示法制员", "legal-officer", "120000", "city", "the law as data, its gaps and history"),
    Account("demo-lay", "演示社会监督员", "lay-supervisor", DISTRICT, "district", "supervision of enforcement, to read"),
    Account("demo-auditor", "演示审计员", "auditor", "120000", "city", "draws, seals and the audit trail"),
    Account("demo-admin", "演示管理员", "administrator", "120000", "city", "people, posts and powers"),
)
FIRM = "demo-firm"
