#!/usr/bin/env python3
"""Writers that are killed in the middle, and writers that write at once: nothing is lost, nothing doubled, seals hold.

    tools/writers.py killed FOLDER --kills 200 --seed 1      SIGKILL at random moments of every stage; the books after each
    tools/writers.py together FOLDER --seconds 180           two officers, three agencies, jobs, all at once
    tools/writers.py altered FOLDER --changes 200            random bytes or fields of the ledger altered: is each noticed?

On SQLite in FOLDER; on PostgreSQL in a database of its own where HENGJIAN_DATABASE_URL names a server. Prints one JSON
object; `--table` prints it as it stands in docs/evidence.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("how", choices=("killed", "together", "altered"))
    asked.add_argument("folder", type=Path)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=0.0, help="how long the crowd goes on; 0: one round each")
    asked.add_argument("--changes", type=int, default=200)
    asked.add_argument("--seed", default="1")
    asked.add_argument("--like", default="template1", help="on PostgreSQL: a database to begin with, migrated already")
    asked.add_argument("--table", action="store_true")
    told = asked.parse_args()
    sys.path[:0] = [str(HERE.parent / "src"), str(HERE)]
    os.environ["PYTHONPATH"] = str(HERE.parent / "src")  # for the processes that verify
    from writing import altered, crowd, kills, world

    folder = told.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    world.open_database(folder, told.like)
    if told.how == "killed":
        found = kills.killed(folder, told.kills, told.seed)
        print(kills.table(found) if told.table else json.dumps(found, ensure_ascii=False))
    else:
        found = crowd.together(folder, told.seconds) if told.how == "together" else altered.altered(folder, told.changes, told.seed)
        print(json.dumps(found, ensure_ascii=False, indent=1 if told.table else None))
    return 0


if __name__ == "__main__":
    sys.exit(main())
