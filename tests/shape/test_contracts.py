"""Import contracts hold, and every one of them breaks when somebody breaks it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TROUBLE = {  # contract: the file that breaks it, and with which import
    "storeys": ("ground/kit/clock.py", "import hengjian.street.register.rules"),
    "street": ("street/register/rules.py", "import hengjian.street.ledger.rules"),
    "duties": ("duties/complaints/rules.py", "import hengjian.duties.filing.rules"),
    "ground": ("ground/people/scopes.py", "import hengjian.ground.procedure.rules"),
    "doors": ("doors/portal/views.py", "import hengjian.doors.api.views"),
    "inside": ("street/draw/services/plans.py", "import hengjian.street.draw.views"),
    "no-django": ("street/draw/rules.py", "import django.db"),
    "ledger-models": ("street/publication/queries.py", "import hengjian.street.ledger.models"),
}


def contracts() -> dict[str, str]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {one["id"]: one["name"] for one in told["tool"]["importlinter"]["contracts"]}


def judged(folder: Path) -> dict[str, str]:
    """Contract name to KEPT or BROKEN, as the linter says of the package in a folder."""
    words = "import sys; sys.argv=['lint-imports','--no-cache']; from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-c", words],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "COLUMNS": "300"},
        capture_output=True,
        text=True,
    )
    verdicts = re.findall(r"^(.*?) (KEPT|BROKEN)", re.sub(r"\x1b\[\d+m", "", done.stdout), re.MULTILINE)
    return {name.strip(): verdict for name, verdict in verdicts}


def test_each_contract_is_broken_by_the_import_it_forbids(tmp_path):
    assert set(TROUBLE) == set(contracts()), "a new contract needs an import that breaks it"
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("static", "__pycache__", "fonts"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, import_ in TROUBLE.values():
        file = tmp_path / "src" / "hengjian" / name
        file.write_text(file.read_text(encoding="utf-8") + f"\n{import_}\n", encoding="utf-8")
    assert judged(tmp_path) == dict.fromkeys(contracts().values(), "BROKEN")


def test_the_contracts_are_kept():
    assert judged(ROOT) == dict.fromkeys(contracts().values(), "KEPT")
